import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { prepareProject } from "../../support/small-project.ts";
import { PROGRAMS, WITNESS_FILE } from "./programs.ts";

/** A search of each kind of program, in a project of their own. */
export type StormSearch = {
  /** The project. */
  readonly folder: string;
  /** Absolute. */
  readonly storages: readonly string[];
  readonly runs: number;
};

const SEEDS = [1, 2];

/** @param options.runs - about so many, in all; the others say how long they take, s */
export async function prepareSearches(
  folder: string,
  address: string,
  options: { readonly runs: number; readonly longestSeconds: number; readonly stepSeconds: number },
): Promise<StormSearch> {
  writeFileSync(join(folder, WITNESS_FILE), address);
  const kinds = Object.values(PROGRAMS);
  const experiments = Math.ceil(options.runs / kinds.length / SEEDS.length);
  const values = Array.from({ length: experiments }, (_, index) => index);
  const storages: string[] = [];
  for (const { program, files } of kinds) {
    const defaults = { longest: options.longestSeconds, step: options.stepSeconds };
    storages.push(await prepareProject(folder, { program, files, defaults, values, seeds: SEEDS }));
  }
  return { folder, storages, runs: kinds.length * SEEDS.length * experiments };
}
