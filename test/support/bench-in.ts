import { benchmark } from "../../src/commands/benchmark.ts";
import { type BenchmarkOptions, USUAL_COMPARISON } from "../../src/commands/benchmark/options.ts";
import type { BenchmarkReport } from "../../src/commands/benchmark/report.ts";
import { UserError } from "../../src/errors.ts";
import type { Host } from "../../src/host.ts";
import { fakeImages } from "./fake-images.ts";
import { type SmallRun, type SmallSearch, writeSmallStorage } from "./small-storage.ts";
import { testHost } from "./test-host.ts";

const never = new AbortController().signal;

/** A completed run whose last accuracy is this. */
export function done(experiment: number, seed: number, accuracy: number): SmallRun {
  const recorded = [`{"accuracy":0}`, `{"accuracy":${accuracy}}`];
  return { experiment, seed, flag: "COMPLETED", varied: { rate: experiment }, recorded };
}

/** What albench reports of searches that are written below `root` first. */
export async function bench(
  root: string,
  searches: readonly SmallSearch[],
  options: Partial<BenchmarkOptions> = {},
  overrides: Partial<Host> = {},
  signal: AbortSignal = never,
): Promise<BenchmarkReport> {
  const storageNames: string[] = [];
  for (const search of searches) storageNames.push(await writeSmallStorage(root, search));
  return benchStored(root, storageNames, options, overrides, signal);
}

/** The same of storages that are there. */
export function benchStored(
  root: string,
  storageNames: readonly string[],
  options: Partial<BenchmarkOptions> = {},
  overrides: Partial<Host> = {},
  signal: AbortSignal = never,
): Promise<BenchmarkReport> {
  const all: BenchmarkOptions = {
    ...USUAL_COMPARISON,
    fromFile: undefined,
    storageNames,
    rootDir: root,
    skipMissing: false,
    outDir: undefined,
    ...options,
  };
  const host = testHost({ images: fakeImages, workingFolder: root, ...overrides });
  return benchmark.run(all, host, signal, never);
}

export async function failureOf(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("Expected a UserError, nothing was thrown");
}
