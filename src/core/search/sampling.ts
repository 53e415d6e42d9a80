import { UserError } from "../../errors.ts";
import type { Config } from "../config/config.ts";
import { digestOf, fractionFrom, seededGenerator } from "../seeded-generator.ts";
import { countValues, draw, type Random, type Space } from "./distributions.ts";

/** The values of one experiment, by dotted names, and its place in the sampler's sequence. */
export type Draw = { readonly index: number; readonly values: Config };

/** Draws in a row that may repeat what is known, for each combination of a (small) space. */
const PATIENCE = 20;
const MAX_COMBINATIONS = 50_000;

/**
 * The draw at `index`, from 0. Each value depends on the sampler's seed, the index and its own
 * name only: a search can be continued, and parameters added or reordered, without changing it.
 */
export function drawAt(space: Space, samplerSeed: number, index: number): Draw {
  const values = Object.entries(space).map(
    ([name, distribution]) =>
      [name, draw(distribution, randomFor(samplerSeed, index, name))] as const,
  );
  return { index, values: Object.fromEntries(values) };
}

/**
 * Draws from `from` on, without end, those that `isNew` refuses left out.
 * @throws UserError `schedule-invalid` when the space seems to have nothing new left
 */
export function* drawNew(
  space: Space,
  samplerSeed: number,
  from: number,
  isNew: (values: Config) => boolean,
): Generator<Draw, never> {
  const patience = 1000 + PATIENCE * Math.min(countSpace(space), MAX_COMBINATIONS);
  let repeats = 0;
  for (let index = from; ; index += 1) {
    const drawn = drawAt(space, samplerSeed, index);
    if (isNew(drawn.values)) {
      repeats = 0;
      yield drawn;
    } else if ((repeats += 1) > patience) {
      throw new UserError(
        "schedule-invalid",
        `The space has no new combination left: ${patience} draws in a row gave experiments that exist.`,
        "Lower nExperiments, or widen the space.",
      );
    }
  }
}

/** How many different experiments a space has. */
export function countSpace(space: Space): number {
  return Object.values(space).reduce((product, one) => product * countValues(one), 1);
}

/** Another seed for each algorithm and task, so that they are sampled apart. */
export function derivedSeed(samplerSeed: number, algName: string, taskName: string): number {
  return digestOf(samplerSeed, algName, taskName).readUInt32LE(0);
}

function randomFor(samplerSeed: number, index: number, name: string): Random {
  const generator = seededGenerator(samplerSeed, index, name);
  return () => fractionFrom(generator);
}
