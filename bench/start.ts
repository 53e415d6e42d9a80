// How long `--help` of each command takes, against a Node that does nothing.
//
//     node dist/bench/start.js [--repetitions 15]
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { parseArgs } from "node:util";

import { formatMs, formatTable, median, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";

const BELOW = 2;

const { values } = parseArgs({ options: { repetitions: { type: "string", default: "15" } } });
const commands = readdirSync("bin").map((name) => `dist/bin/${name.replace(".ts", ".js")}`);
const ways: readonly (readonly string[])[] = [
  ["-e", "0"],
  ...commands.map((path) => [path, "--help"]),
];
const costs = ways.map(() => [] as number[]);
for (let repetition = 0; repetition < Number(values.repetitions); repetition += 1) {
  for (const [index, words] of ways.entries()) costs[index]?.push(start(words));
}
const [floor = Number.NaN, ...ours] = costs.map(median);
console.log(describeMachine("."));
console.log(
  formatTable(
    ["", "median", "ratio"],
    [
      ["node -e 0", formatMs(floor), "1"],
      ...ours.map((cost, index) => [
        commands[index] ?? "",
        formatMs(cost),
        (cost / floor).toFixed(2),
      ]),
    ],
  ),
);
console.log(`below ${BELOW}: ${verdict(Math.max(...ours) / floor, BELOW)}`);

/** Milliseconds until it has ended. */
function start(words: readonly string[]): number {
  const startedAt = performance.now();
  execFileSync(process.execPath, words, { stdio: "ignore" });
  return performance.now() - startedAt;
}
