import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { SearchFacts } from "../../src/core/search/search-facts.ts";
import { formatSearchName } from "../../src/core/search-name.ts";

/** A run of a storage that a test makes by hand. */
export type SmallRun = {
  readonly experiment: number;
  readonly seed: number;
  readonly flag: string;
  readonly varied?: Readonly<Record<string, string | number>>;
  /** Lines of the recording `train`, as they stand in the file. */
  readonly recorded?: readonly string[];
};

export type SmallSearch = {
  readonly id: string;
  readonly algName?: string;
  readonly taskName?: string;
  readonly metric?: SearchFacts["metric"];
  readonly kind?: SearchFacts["name"]["kind"];
  readonly design?: SearchFacts["design"] | undefined;
  readonly runs: readonly SmallRun[];
};

export const ACCURACY = {
  name: "accuracy",
  series: "train",
  direction: "maximise",
  aggregation: "last",
} as const;

/** Writes a storage below `root`. @returns its name */
export async function writeSmallStorage(root: string, search: SmallSearch): Promise<string> {
  const { id, algName = "mlp", taskName = "digits", metric = ACCURACY, runs } = search;
  const { kind = "grid", design } = search;
  const name = { id, codeVersion: "f7b375e", algName, taskName, kind, desc: "a" } as const;
  const storage = join(root, formatSearchName(name));
  const facts: SearchFacts = {
    schemaVersion: 1,
    name,
    program: { command: ["true"] },
    metric,
    project: "..",
    repositories: [],
    samplerSeed: null,
    ...(design === undefined ? {} : { design }),
    seeds: [1],
    defaults: { rate: 1 },
    schedule: "grid_schedule_a.ts",
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  await mkdir(storage, { recursive: true });
  await writeFile(join(storage, "search.json"), JSON.stringify(facts));
  for (const run of runs) await writeRun(storage, run);
  return formatSearchName(name);
}

async function writeRun(storage: string, run: SmallRun): Promise<void> {
  const { experiment, seed, flag, varied = {}, recorded } = run;
  const folder = join(storage, `experiment${experiment}`, `seed${seed}`);
  await mkdir(join(folder, "recorders"), { recursive: true });
  await writeFile(join(folder, "config.json"), JSON.stringify({ rate: 1, ...varied, seed }));
  await writeFile(join(folder, "config_unique.json"), JSON.stringify(varied));
  if (flag !== "") await writeFile(join(folder, flag), "\n");
  if (recorded === undefined) return;
  const lines = recorded.map((line) => `${line}\n`).join("");
  await writeFile(join(folder, "recorders", "train_recorder.jsonl"), lines);
}
