// How many system calls that take a path each step of the protocol makes, counted with strace, and
// how many a whole run takes with all processes that take part.
//
//     node dist/bench/operations.js [--runs 50] [--folder storage]
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { parseConfig } from "../src/core/config/parse-config.ts";
import type { RunRecord } from "../src/core/run-record.ts";
import { formatOwner, type Owner } from "../src/core/run-state.ts";
import { systemClock } from "../src/io/clock.ts";
import { diskFiles } from "../src/io/files.ts";
import { logFile } from "../src/tree/attempts.ts";
import { listRuns } from "../src/tree/directory-tree.ts";
import { CONFIG_FILE } from "../src/tree/paths.ts";
import { createRecorder } from "../src/tree/recorder.ts";
import { beat, claim, type Claim, settle } from "../src/tree/run-folder.ts";
import { perform } from "../src/tree/steps.ts";
import { formatTable, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";
import { canTrace, mark, trace } from "./support/strace.ts";
import { workFor } from "./support/workers.ts";

const host = { files: diskFiles, clock: systemClock };
const self = fileURLToPath(import.meta.url);
const AT_MOST = {
  claim: 4,
  "read the configuration": 3,
  heartbeat: 3,
  "settle, nothing recorded": 8,
  "settle, one series recorded": 8,
  "settle as crashed, one series": 8,
} as const;
type Phase = keyof typeof AT_MOST;
const SETTLEMENTS = [
  "settle, nothing recorded",
  "settle, one series recorded",
  "settle as crashed, one series",
] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "50" },
    folder: { type: "string", default: SEARCHES },
  },
});
const [part, storage = "", count = "1"] = positionals;
if (part === "procedures") goThrough(storage);
else if (part === "workers") await workFor(storage, Number(count));
else if (canTrace()) await countAll(Number(values.runs), values.folder);
else {
  console.error("NOTHING WAS COUNTED: this machine has no strace, or forbids it. Install strace.");
  process.exitCode = 1;
}

async function countAll(runs: number, folder: string): Promise<void> {
  console.log(describeMachine(folder));
  console.log(`\nsystem calls that take a path, the most of ${runs} runs`);
  console.log(await withFolder(folder, (project) => countSteps(project, runs)));
  console.log("\nthe same for a whole no-op run, with worker, supervisor and runner: means");
  const rows: string[][] = [];
  for (const workers of [1, 4]) {
    const few = await countCalls(folder, runs, workers);
    const many = await countCalls(folder, 4 * runs, workers);
    rows.push([`${workers} workers`, ((many - few) / (3 * runs)).toFixed(1)]);
  }
  console.log(formatTable(["", "calls"], rows));
}

function countSteps(project: string, runs: number): string {
  const phases = trace([self, "procedures", writeSearch(project, { runs })], project);
  const rows = Object.entries(AT_MOST).map(([name, atMost]) => {
    const found = phases.filter(({ phase }) => phase === name).map(({ calls }) => calls);
    const most = found.reduce((longest, calls) =>
      calls.length > longest.length ? calls : longest,
    );
    const { length } = most;
    return [name, `${length}`, `${atMost}`, verdict(length, atMost), most.join(" ")];
  });
  return formatTable(["", "calls", "at most", "", "which"], rows);
}

/** All calls while workers finish a storage. */
async function countCalls(folder: string, runs: number, workers: number): Promise<number> {
  return withFolder(folder, (project) => {
    const searched = writeSearch(project, { runs });
    const phases = trace([self, "workers", searched, `${workers}`], project);
    return phases.reduce((sum, { calls }) => sum + calls.length, 0);
  });
}

/** Takes every run through the protocol in this one process, marking the steps for the trace. */
function goThrough(searched: string): void {
  for (const [index, run] of listRuns(searched, host).entries()) {
    const token = index.toString(16).padStart(32, "0");
    const owner = { host: "node-1", pid: 12_345, token };
    const held = step("claim", () => perform(claim(run.path, owner), host));
    if (held === undefined) throw new Error(`${run.path} was not to be had`);
    step("read the configuration", () => {
      const path = join(run.path, CONFIG_FILE);
      return parseConfig(diskFiles.read(path) ?? "", path);
    });
    writeFileSync(join(run.path, logFile(token)), "attempt 1 starts\n");
    if (index % 3 > 0) recordOne(run.path, token);
    step("heartbeat", () => perform(beat(held), host));
    const phase = SETTLEMENTS[index % 3] ?? "settle, nothing recorded";
    step(phase, () => perform(settle(held, recordOf(held, owner, phase)), host));
  }
}

function step<Result>(phase: Phase, body: () => Result): Result {
  mark(phase);
  const result = body();
  mark("in between");
  return result;
}

function recordOne(folder: string, token: string): void {
  const recorder = createRecorder(folder, token, host);
  recorder.record({ loss: 0.1 });
  recorder.close();
}

function recordOf({ attempt }: Claim, owner: Owner, phase: Phase): RunRecord {
  const crashed = phase === "settle as crashed, one series";
  return {
    schemaVersion: 1,
    attempt,
    owner: formatOwner(owner),
    outcome: crashed ? "crashed" : "completed",
    cause: crashed ? { kind: "error", trace: "Error: diverged" } : { kind: "done" },
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: "2026-01-01T00:01:00.000Z",
    seconds: 60,
    repositories: [],
  };
}
