import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { prepare, type PrepareOptions, type PrepareReport } from "../../src/commands/prepare.ts";
import { type Config } from "../../src/core/config/config.ts";
import type { Host } from "../../src/host.ts";
import { testHost } from "./test-host.ts";

const COMMON = {
  algNames: ["mlp"],
  taskNames: ["digits"],
  seeds: [1, 2],
  defaults: { lr: 0.1, units: 8, optimizer: { name: "sgd", momentum: 0 } },
  program: { command: ["true"] },
  metric: { name: "accuracy" },
};

/** 6 experiments with 2 seeds. */
export const GRID = {
  ...COMMON,
  variations: { lr: [0.1, 0.01, 0.001], "optimizer.name": ["sgd", "adam"] },
};

/** 5 experiments with 2 seeds. */
export const RANDOM = {
  ...COMMON,
  nExperiments: 5,
  samplerSeed: 42,
  space: {
    lr: { kind: "logUniform", low: 1e-4, high: 1 },
    units: { kind: "integer", low: 8, high: 128 },
  },
};

/** Writes `schedule` as a project's only one and prepares it. */
export async function prepareIn(
  project: string,
  schedule: object,
  options: Partial<PrepareOptions> = {},
  overrides: Partial<Host> = {},
): Promise<PrepareReport> {
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "grid_schedule_a.json"), JSON.stringify(schedule));
  const host = testHost({ workingFolder: project, ...overrides });
  const { signal } = new AbortController();
  return prepare.run({ ...DEFAULT_OPTIONS, ...options }, host, signal, signal);
}

/** What `alprep -f grid_schedule_a.json` means. */
export const DEFAULT_OPTIONS: PrepareOptions = {
  scheduleFile: "grid_schedule_a.json",
  overrides: [],
  machineFile: undefined,
  explainConfig: undefined,
  desc: undefined,
  rootDir: undefined,
  addToFolder: undefined,
  resample: false,
  samplerSeed: undefined,
  dryRun: false,
  yes: false,
};

/** The configurations of a storage's runs, by `<experiment>/<seed>`, e.g. `experiment2/seed1`. */
export function configsIn(storage: string): Readonly<Record<string, Config>> {
  const experiments = namesIn(storage, "experiment");
  const runs = experiments.flatMap((experiment) =>
    namesIn(join(storage, experiment), "seed").map((seed) => `${experiment}/${seed}`),
  );
  return Object.fromEntries(
    runs.map((run) => {
      const text = readFileSync(join(storage, run, "config.json"), "utf8");
      return [run, JSON.parse(text) as Config];
    }),
  );
}

function namesIn(folder: string, prefix: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}
