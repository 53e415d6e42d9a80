import { UserError } from "../../errors.ts";
import { type Config, type ConfigValue, valueAt } from "../config/config.ts";
import { digestOf } from "../seeded-generator.ts";
import { holds, inDependencyOrder, testsOf } from "./condition.ts";
import { coordinatesOf, type DesignFacts, dimensionOrder } from "./designs/design.ts";
import type { Space } from "./distributions.ts";
import { combinationsOf } from "./grid/combinations.ts";
import { countValues, quantile, valuesOf } from "./quantile.ts";
import { isSequence, type RandomSchedule } from "./schedule.ts";

/** The values of one experiment, by dotted names, and its place in the sampler's sequence. */
export type Draw = { readonly index: number; readonly values: Config };

/** What the draws of a search depend on. */
export type Sampling = DesignFacts & { readonly space: Space; readonly defaults: Config };

/** Draws in a row that may repeat what is known, for each combination of a (small) space. */
const PATIENCE = 20;
const MAX_COMBINATIONS = 50_000;
/** Values of a distribution that are written down to count a space exactly. */
const MAX_LISTED = 100_000;

/** How a schedule's experiments are drawn: from the start, or behind `first`. */
export function samplingOf(
  schedule: RandomSchedule,
  samplerSeed: number,
  { first, dimensions }: { readonly first: number; readonly dimensions: readonly string[] } = {
    first: 0,
    dimensions: [],
  },
): Sampling {
  const { space, defaults, design = "random", scramble = true, nExperiments } = schedule;
  // What is always the same needs no coordinate.
  const drawn = Object.keys(space).filter((name) => space[name]?.kind !== "fixed");
  return {
    space,
    defaults,
    design,
    scramble,
    samplerSeed,
    dimensions: dimensionOrder(drawn, dimensions),
    first,
    size: nExperiments,
  };
}

/**
 * Gives the draw at an index, from 0. It depends on the sampling and the index alone, and each value
 * on its own name and not on the others': a search can be continued, and parameters be reordered.
 */
export function drawer(sampling: Sampling): (index: number) => Draw {
  const { space, defaults } = sampling;
  const coordinate = coordinatesOf(sampling);
  const names = Object.keys(space);
  const parameters = names.flatMap((name) => {
    const distribution = space[name];
    if (distribution === undefined) return [];
    return [{ name, distribution, when: distribution.when && testsOf(distribution.when) }];
  });
  const conditional = inDependencyOrder(
    parameters.filter((one) => one.when !== undefined),
    ({ when }) => parameters.filter((one) => one.when && when?.has(one.name)),
  );
  return (index) => {
    const values: Record<string, ConfigValue> = {};
    for (const { name, distribution } of parameters) {
      values[name] =
        distribution.kind === "fixed"
          ? distribution.value
          : quantile(distribution, coordinate(index, name));
    }
    const valueOf = (name: string) =>
      Object.hasOwn(space, name) ? values[name] : valueAt(defaults, name);
    for (const { name, when } of conditional) {
      if (when && !holds(when, valueOf)) Reflect.deleteProperty(values, name);
    }
    return { index, values };
  };
}

/**
 * Draws from `from` on, without end, those that `isNew` refuses left out.
 * @throws UserError `schedule-invalid` when the space seems to have nothing new left
 */
export function* drawNew(
  sampling: Sampling,
  from: number,
  isNew: (values: Config) => boolean,
): Generator<Draw, never> {
  const drawAt = drawer(sampling);
  const patience = 1000 + PATIENCE * Math.min(countSpace(sampling), MAX_COMBINATIONS);
  let repeats = 0;
  for (let index = from; ; index += 1) {
    const drawn = drawAt(index);
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

/**
 * How many different experiments a space has. Exact; of distributions with more than 100,000 values,
 * and parameters that only sometimes exist, an upper bound.
 */
export function countSpace({ space, defaults }: Pick<Sampling, "space" | "defaults">): number {
  const parts = Object.entries(space);
  const counts = parts.map(([, one]) => countValues(one));
  const isPlain = parts.every(([, one]) => one.when === undefined);
  if (isPlain || counts.some((count) => count > MAX_LISTED)) {
    return parts.reduce(
      (product, [, one]) => product * (countValues(one) + (one.when === undefined ? 0 : 1)),
      1,
    );
  }
  const axes = parts.map(([name, one]) => ({
    place: name,
    names: [name],
    points: valuesOf(one).map((value) => [value]),
    ...(one.when && { when: testsOf(one.when) }),
  }));
  const defaultOf = (name: string) =>
    Object.hasOwn(space, name) ? undefined : valueAt(defaults, name);
  return combinationsOf({ axes, excludes: [], constants: {}, defaultOf }).count;
}

/** The order of a sequence's coordinates, for the record; nothing for other designs. */
export function sequenceOf({
  design,
  dimensions,
}: Sampling): Partial<Pick<Sampling, "dimensions">> {
  return isSequence(design) ? { dimensions } : {};
}

/** Another seed for each algorithm and task, so that they are sampled apart. */
export function derivedSeed(samplerSeed: number, algName: string, taskName: string): number {
  return digestOf(samplerSeed, algName, taskName).readUInt32LE(0);
}
