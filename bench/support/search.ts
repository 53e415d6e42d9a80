import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { DEFAULT_RETRY } from "../../src/core/failure.ts";
import { diskFiles } from "../../src/io/files.ts";
import { launchLogsFolder, SEARCH_FILE } from "../../src/tree/paths.ts";
import { writeExperiment } from "../../src/tree/publishing.ts";
import { formatSearchFacts } from "../../src/tree/search-file.ts";
import type { WorkSettings } from "../../src/commands/work/orders.ts";

const host = { files: diskFiles };
const PROGRAM = "main.mjs";
/** As large as those of real searches. */
const DEFAULTS = {
  algName: "mlp",
  taskName: "digits",
  desc: "bench",
  learningRate: 0.1,
  hiddenUnits: 32,
  optimizer: { name: "sgd", momentum: 0.9 },
  batchSize: 32,
  epochs: 20,
  weightDecay: 0,
  data: "examples/data/digits.csv.gz",
};

/** Where searches lie if nobody says otherwise: on the project's own disk, below the working folder. */
export const SEARCHES = "storage";
export const NO_OP_PROGRAM = "export function main() {}\n";

/** Gives `body` a new folder below `parent`, and removes it afterwards. */
export async function withFolder<Result>(
  parent: string,
  body: (folder: string) => Promise<Result> | Result,
): Promise<Result> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(resolve(parent), "bench-"));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Writes a project with one search that waits to be launched, as alprep would.
 * @param program - text of the module that is run, which may write beside itself; or a command
 * @param seeds - for each experiment; there are as many experiments as it takes to reach `runs`
 * @returns the storage
 */
export function writeSearch(
  project: string,
  { runs, seeds = 1 }: { readonly runs: number; readonly seeds?: number },
  program: string | { readonly command: readonly string[] } = NO_OP_PROGRAM,
): string {
  const storage = join(project, "storage", "be1_none_mlp_digits_grid_bench");
  mkdirSync(storage, { recursive: true });
  if (typeof program === "string") writeFileSync(join(project, PROGRAM), program);
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  for (let experiment = 1; (experiment - 1) * seeds < runs; experiment += 1) {
    const config = { ...DEFAULTS, learningRate: experiment / 1e5 };
    writeExperiment(
      join(storage, `experiment${experiment}`),
      config,
      ["learningRate"],
      numbers.slice(0, runs - (experiment - 1) * seeds),
      host,
    );
  }
  const name = { id: "be1", codeVersion: "none", algName: "mlp", taskName: "digits" };
  const text = formatSearchFacts({
    schemaVersion: 1,
    name: { ...name, kind: "grid", desc: "bench" },
    program: typeof program === "string" ? { module: PROGRAM } : program,
    metric: null,
    project: relative(storage, project),
    repositories: [{ path: ".", commit: null, diffHash: null }],
    samplerSeed: null,
    seeds: numbers,
    defaults: DEFAULTS,
    schedule: "schedules/bench/schedule.ts",
    createdAt: "2026-01-01T00:00:00.000Z",
  });
  writeFileSync(join(storage, SEARCH_FILE), text);
  mkdirSync(launchLogsFolder(storage));
  return storage;
}

/** What allaunch would start a worker with. */
export function workSettings(storage: string): WorkSettings {
  return {
    storages: [{ path: storage, repositories: [{ path: ".", commit: null, diffHash: null }] }],
    launch: "bench",
    maxRuns: null,
    heartbeatMs: 15_000,
    stopSignal: "SIGTERM",
    leadMs: 0,
    graceMs: 10_000,
    timeoutMs: null,
    retry: DEFAULT_RETRY,
    endsAtMs: null,
    stay: false,
    finishSearches: false,
    logLevel: "info",
  };
}
