import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { doctor, type DoctorOptions } from "../../src/commands/doctor.ts";
import type { DoctorReport } from "../../src/commands/doctor/report.ts";
import type { Clock, Host } from "../../src/host.ts";
import { systemClock } from "../../src/io/clock.ts";
import { GRID, prepareIn } from "./prepare-in.ts";
import { diskFiles, testHost } from "./test-host.ts";

/** A worker of another machine: only its lease says whether it lives. */
export const STRANGER = `OPENED.far.12.${"b".repeat(32)}`;
export const TOKEN = "c".repeat(32);

/** A project with one storage of 6 experiments with 2 seeds. @returns the storage, absolute */
export async function prepareHealthy(project: string): Promise<string> {
  const { storages } = await prepareIn(project, GRID);
  return join(project, "storage", storages[0]?.name ?? "");
}

/** What `aldoctor` says of the project's storages, after no more than an instant. The machine's own room and kinds of disks are left out. */
export function examineIn(
  project: string,
  options: Partial<DoctorOptions> = {},
  overrides: Partial<Host> = {},
): Promise<DoctorReport> {
  const host = testHost({
    workingFolder: project,
    clock: createHurriedClock(),
    files: { ...diskFiles, space: () => undefined },
    ...overrides,
  });
  const { signal } = new AbortController();
  return doctor.run({ ...DEFAULTS, ...options }, host, signal, signal);
}

/** The checks that found something, with the places relative to the storage: `no-flag experiment1/seed1`. */
export function summaryOf({ findings, root, storages }: DoctorReport): readonly string[] {
  const [storage = ""] = storages;
  return findings.map(({ check, place }) =>
    `${check} ${place.replace(join(root, storage), "").replace(root, "root").replace(/^\//, "")}`.trim(),
  );
}

export const DEFAULTS: DoctorOptions = {
  fromFile: undefined,
  storageNames: [],
  rootDir: undefined,
  skipMissing: false,
  fix: false,
  dryRun: false,
  yes: true,
  olderThan: 86_400,
};

/** A clock that makes nobody wait for long; what was left out has gone by all the same. */
export function createHurriedClock(): Clock {
  let skippedMs = 0;
  return {
    now: systemClock.now,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    sleep: async (ms, signal) => {
      const shortMs = Math.min(ms, 10);
      await systemClock.sleep(shortMs, signal);
      skippedMs += ms - shortMs;
    },
  };
}

/** Makes files and folders look as if nothing had touched them for so many hours. */
export function age(hours: number, ...paths: readonly string[]): void {
  const then = Date.now() / 1000 - 3600 * hours;
  for (const path of paths) utimesSync(path, then, then);
}

/** The same for a folder and all that is in it. */
export function ageAll(hours: number, folder: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  age(hours, ...names.map((name) => join(folder, name)), folder);
}
