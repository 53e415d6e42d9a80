// What the aggregates over tasks cost: mean, median, interquartile mean and optimality gap of 10 runs
// on each of 26 tasks, with 50,000 stratified resamples.
//
//     node dist/bench/aggregates.js [--runs 10] [--tasks 26] [--resamples 50000]
import { parseArgs } from "node:util";

import { aggregateTasks } from "../src/core/analysis/tasks/aggregates.ts";
import { fractionFrom, seededGenerator } from "../src/core/seeded-generator.ts";
import { formatMs, median, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";

const AT_MOST_MS = 3000;
const REPETITIONS = 5;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    tasks: { type: "string", default: "26" },
    resamples: { type: "string", default: "50000" },
  },
});
const random = seededGenerator("bench");
const tasks = Array.from({ length: Number(values.tasks) }, (_, task) => ({
  task: `task${task}`,
  scores: Array.from({ length: Number(values.runs) }, () => fractionFrom(random)),
}));
const times: number[] = [];
for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
  const start = performance.now();
  aggregateTasks(tasks, { resamples: Number(values.resamples) });
  times.push(performance.now() - start);
}
console.log(describeMachine("."));
console.log(
  `${values.resamples} stratified resamples × 4 aggregates of ${values.runs} runs × ${values.tasks} tasks: ${formatMs(median(times))} (${times.map(formatMs).join(" ")})`,
);
console.log(`at most 3 s: ${verdict(median(times), AT_MOST_MS)}`);
