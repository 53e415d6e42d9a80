// How much of two workers' time goes by between runs of one second.
//
//     node dist/bench/idle.js [--workers 2] [--runs 200] [--seconds 1] [--busy] [--folder storage]
//
// A run blocks its process for its time, as training does; with --busy it computes, so that the
// workers have to find their time on cores that are taken.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { formatTable, median, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";
import { workFor } from "./support/workers.ts";

const AT_MOST = 0.05;

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "2" },
    runs: { type: "string", default: "200" },
    seconds: { type: "string", default: "1" },
    busy: { type: "boolean", default: false },
    folder: { type: "string", default: SEARCHES },
  },
});
const workers = Number(values.workers);
const runs = Number(values.runs);
console.log(`${describeMachine(values.folder)}\n`);
await withFolder(values.folder, measure);

/** Notes when it started and ended, outside the protocol, in ms since the epoch. */
function program(milliseconds: number): string {
  const pass = values.busy
    ? "while (now() < start + duration);"
    : "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);";
  return `
import { appendFileSync } from "node:fs";
const times = new URL("times.txt", import.meta.url);
const now = () => performance.timeOrigin + performance.now();
export function main() {
  const start = now();
  const duration = ${milliseconds};
  ${pass}
  appendFileSync(times, start + " " + now() + "\\n");
}
`;
}

async function measure(project: string): Promise<void> {
  const storage = writeSearch(project, { runs }, program(1000 * Number(values.seconds)));
  const { troubles } = await workFor(storage, workers);
  const lines = readFileSync(join(project, "times.txt"), "utf8").trimEnd().split("\n");
  const times = lines.map((line) => line.split(" ").map(Number));
  const starts = times.map(([start = Number.NaN]) => start);
  const ends = times.map(([, end = Number.NaN]) => end);
  const durations = ends.map((end, index) => end - (starts[index] ?? Number.NaN));
  const span = Math.max(...ends) - Math.min(...starts);
  const idle = 1 - durations.reduce((sum, one) => sum + one, 0) / (workers * span);
  const rows = [
    ["runs executed", `${lines.length}`],
    ["a run, median", `${(median(durations) / 1000).toFixed(3)} s`],
    ["first start to last end", `${(span / 1000).toFixed(1)} s`],
    ["idle", `${(100 * idle).toFixed(2)} %`],
  ];
  console.log(formatTable([`${workers} workers, ${runs} runs`, "measured"], rows));
  for (const trouble of troubles) console.error(trouble);
  console.log(`idle at most ${100 * AT_MOST} %: ${verdict(idle, AT_MOST)}`);
}
