// Eight workers on 10,000 runs that do nothing but to say that they were executed, in a file that
// the protocol knows nothing of: each run has to stand in it once.
//
//     node dist/bench/workers.js [--workers 8] [--runs 10000] [--folder storage]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { stateOf } from "../src/core/run-state.ts";
import { diskFiles } from "../src/io/files.ts";
import { listRuns } from "../src/tree/directory-tree.ts";
import { formatTable } from "./support/figures.ts";
import { workBare } from "./support/floor.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";
import { workFor } from "./support/workers.ts";

/** One write to the end of a file: no other execution's line can come between its characters. */
const PROGRAM = `
import { appendFileSync } from "node:fs";
const executions = new URL("executions.txt", import.meta.url);
export function main({ tree }) { appendFileSync(executions, tree.runFolder + "\\n"); }
`;
const SEEDS = 2;

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "8" },
    runs: { type: "string", default: "10000" },
    folder: { type: "string", default: SEARCHES },
  },
});
const workers = Number(values.workers);
const runs = Number(values.runs);
console.log(`${describeMachine(values.folder)}\n`);
const floor = await withFolder(values.folder, (project) =>
  perSecond(workBare(writeSearch(project, { runs, seeds: SEEDS }))),
);
await withFolder(values.folder, race);

async function race(project: string): Promise<void> {
  const storage = writeSearch(project, { runs, seeds: SEEDS }, PROGRAM);
  const { completedAt, troubles } = await workFor(storage, workers);
  const executions = readFileSync(join(project, "executions.txt"), "utf8").trimEnd().split("\n");
  const times = new Map<string, number>();
  for (const run of executions) times.set(run, (times.get(run) ?? 0) + 1);
  const all = listRuns(storage, { files: diskFiles }).map(({ path }) => path);
  const once = all.filter((path) => times.get(path) === 1).length;
  const never = all.filter((path) => !times.has(path)).length;
  const completed = all.filter((path) => stateOf(diskFiles.list(path) ?? []).kind === "completed");
  const rows = [
    ["executed once", `${once}`, `${runs}`],
    ["executed more than once", `${all.length - once - never}`, "0"],
    ["never executed", `${never}`, "0"],
    ["COMPLETED", `${completed.length}`, `${runs}`],
    ["runs per second", perSecond(completedAt).toFixed(0), ""],
    ["one bare loop, runs per second", floor.toFixed(0), ""],
  ];
  console.log(formatTable([`${workers} workers, ${runs} runs`, "measured", "target"], rows));
  for (const trouble of troubles) console.error(trouble);
  const holds = once === runs && completed.length === runs && troubles.length === 0;
  console.log(`every run executed once: ${holds ? "holds" : "MISSED"}`);
  if (!holds) process.exitCode = 1;
}

/** From the first completion to the last. @param times - ms */
function perSecond(times: readonly number[]): number {
  const [first = Number.NaN] = times;
  return ((times.length - 1) * 1000) / ((times.at(-1) ?? Number.NaN) - first);
}
