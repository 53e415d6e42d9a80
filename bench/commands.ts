// How many runs a second of a command that does nothing, logs kept, against GNU parallel with
// --results and --joblog, and against bare loops that start the same and keep a log file.
//
//     node dist/bench/commands.js [--runs 1000] [--workers 2] [--repetitions 3] [--folder storage]
//
// Needs GNU parallel (Debian package `parallel`).
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { formatTable, median } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";
import { workFor } from "./support/workers.ts";

const COMMAND = ["true"];
const AT_LEAST_OF_PARALLEL = 1.5;
const AT_LEAST_OF_SPAWN = 0.7;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    workers: { type: "string", default: "2" },
    repetitions: { type: "string", default: "3" },
    folder: { type: "string", default: SEARCHES },
  },
});
const runs = Number(values.runs);
const workers = Number(values.workers);

type Way = (folder: string) => Promise<number> | number;
const WAYS: readonly (readonly [string, Way])[] = [
  ["hatchery", hatchery],
  ["GNU parallel", parallel],
  ["bare loops", spawnLoops],
];

console.log(`${describeMachine(values.folder)}\n`);
const rates = WAYS.map(() => [] as number[]);
await withFolder(values.folder, async (place) => {
  for (let repetition = 0; repetition < Number(values.repetitions); repetition += 1) {
    for (const [index, [name, way]] of WAYS.entries()) {
      const folder = join(place, `${name}${repetition}`);
      mkdirSync(folder);
      rates[index]?.push(await way(folder));
    }
  }
});
const [ours = Number.NaN, peer = Number.NaN, floor = Number.NaN] = rates.map(median);
const rows = WAYS.map(([name], index) => [
  name,
  median(rates[index] ?? []).toFixed(0),
  (rates[index] ?? []).map((rate) => rate.toFixed(0)).join(" "),
]);
console.log(formatTable([`${runs} runs, ${workers} at a time`, "runs/s", "repetitions"], rows));
console.log(`${verdictOf(ours / peer, AT_LEAST_OF_PARALLEL)} of GNU parallel`);
console.log(`${verdictOf(ours / floor, AT_LEAST_OF_SPAWN)} of the bare loops`);

function verdictOf(ratio: number, atLeast: number): string {
  return `${ratio.toFixed(2)} ×, at least ${atLeast} ×: ${ratio >= atLeast ? "holds" : "MISSED"}`;
}

/** From the first run's end to the last one's, so that what is started once does not count. */
async function hatchery(folder: string): Promise<number> {
  const storage = writeSearch(folder, { runs }, { command: COMMAND });
  const { completedAt, troubles } = await workFor(storage, workers);
  if (completedAt.length !== runs) throw new Error(`Not all were completed: ${troubles.join(" ")}`);
  const [first = Number.NaN] = completedAt;
  return ((runs - 1) * 1000) / ((completedAt.at(-1) ?? Number.NaN) - first);
}

function parallel(folder: string): number {
  writeFileSync(join(folder, "jobs"), `${COMMAND.join(" ")}\n`.repeat(runs));
  const flags = ["--jobs", `${workers}`, "--results", "results", "--joblog", "log"];
  const startedAt = performance.now();
  execFileSync("sh", ["-c", `parallel ${flags.join(" ")} < jobs > /dev/null`], { cwd: folder });
  return (runs * 1000) / (performance.now() - startedAt);
}

/** As many loops in one process as there are workers elsewhere. */
async function spawnLoops(folder: string): Promise<number> {
  let next = 0;
  const loop = async () => {
    while (next < runs) {
      next += 1;
      const log = openSync(join(folder, `${next}.out`), "a");
      const [program = "", ...args] = COMMAND;
      const child = spawn(program, args, { stdio: ["ignore", log, log], detached: true });
      closeSync(log);
      await once(child, "exit");
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: workers }, loop));
  return (runs * 1000) / (performance.now() - startedAt);
}
