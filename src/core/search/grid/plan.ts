import { UserError } from "../../../errors.ts";
import type { Config } from "../../config/config.ts";
import { canonicalJson } from "../../config/identity.ts";
import { shuffled } from "../designs/shuffle.ts";
import { withValues } from "../experiment-values.ts";
import { type GridSchedule, variedNames } from "../schedule.ts";
import { blocksOf, partsOf } from "./blocks.ts";
import { type Block, type Combinations, combinationsOf } from "./combinations.ts";

/** Combinations that are looked at one by one, where they cannot be counted otherwise. */
export const MAX_LOOKED_AT = 1_000_000;
/** Excluded combinations that a sample of a larger grid may meet in a row. */
const MAX_DROPPED = 100_000;

/** Which experiments a grid asks for: counted, and made one at a time. */
export type GridPlan = {
  /** How many; exact. */
  readonly count: number;
  /**
   * How many the whole grid has, without what is excluded and each once; undefined if only a sample
   * of it was ever looked at.
   */
  readonly size: number | undefined;
  /** Their values. @param samplerSeed - of a sample */
  readonly experiments: (samplerSeed: number) => Iterable<Config>;
};

/** The combinations of all blocks, one block behind the other, with those that are left out. */
type Union = {
  readonly count: number;
  readonly at: (index: number) => Config;
  /** Undefined: each of them is an experiment of its own. */
  readonly keeps: ((index: number) => boolean) | undefined;
};

const plans = new WeakMap<GridSchedule, GridPlan>();

/**
 * The plan of a checked grid; made once for each.
 *
 * Products, conditions and excluded values are counted without making a combination. Excluding
 * functions, and blocks that may have combinations in common, need a look at each: at most a million,
 * of a sample until it is full.
 * @throws UserError `schedule-invalid` if there are more, or fewer than the sample
 */
export function planGrid(schedule: GridSchedule): GridPlan {
  const known = plans.get(schedule);
  if (known !== undefined) return known;
  const plan = makePlan(schedule);
  plans.set(schedule, plan);
  return plan;
}

function makePlan(schedule: GridSchedule): GridPlan {
  const union = unionOf(schedule);
  const { sample } = schedule;
  if (union.keeps === undefined) return planOf(union.count, union.at, sample);
  if (union.count <= MAX_LOOKED_AT) {
    const kept = [...filtered(numbersBelow(union.count), union.keeps)];
    return planOf(kept.length, (index) => union.at(kept[index] ?? Number.NaN), sample);
  }
  if (sample === undefined) {
    throw unplannable(
      `The grid has up to ${union.count} combinations, and each would have to be looked at: a function excludes some, or blocks may have some in common. At most ${MAX_LOOKED_AT} are looked at.`,
      "Exclude values instead of using a function, let the blocks differ in a parameter, or take a sample.",
    );
  }
  return planRareSample(union, union.keeps, sample);
}

function planOf(size: number, at: (index: number) => Config, sample: number | undefined): GridPlan {
  if (sample === undefined) {
    return { count: size, size, experiments: () => mapped(numbersBelow(size), at) };
  }
  if (sample > size) {
    throw unplannable(
      `A sample of ${sample} was asked for, and the grid has ${size} combinations.`,
      `Write sample: ${size} or less, or leave it out.`,
    );
  }
  const drawn = (seed: number) => firstOf(shuffled(size, seed), sample);
  return { count: sample, size, experiments: (seed) => mapped(drawn(seed), at) };
}

/** A sample of more than can be looked at: those that are left out are drawn, and dropped. */
function planRareSample(
  { count, at }: Union,
  keeps: (index: number) => boolean,
  sample: number,
): GridPlan {
  const drawn = function* (seed: number): Generator<number> {
    let left = MAX_DROPPED;
    for (const index of shuffled(count, seed)) {
      if (keeps(index)) {
        left = MAX_DROPPED;
        yield index;
      } else if ((left -= 1) === 0) {
        throw unplannable(
          `A sample of ${sample} could not be filled: ${MAX_DROPPED} combinations in a row were drawn that are excluded.`,
          "Exclude less, or lower the sample.",
        );
      }
    }
  };
  const experiments = (seed: number) => mapped(firstOf(drawn(seed), sample), at);
  return { count: sample, size: undefined, experiments };
}

function unionOf(schedule: GridSchedule): Union {
  const blocks = blocksOf(schedule);
  const all = blocks.map(combinationsOf);
  const starts = all.map((_, index) =>
    all.slice(0, index).reduce((sum, { count }) => sum + count, 0),
  );
  const blockAt = (index: number) => starts.findLastIndex((start) => start <= index);
  const at = (index: number) => {
    const block = blockAt(index);
    return all[block]?.at(index - (starts[block] ?? 0)) ?? {};
  };
  const count = all.reduce((sum, one) => sum + one.count, 0);
  const isKept = keeper(schedule, blocks, all);
  const keeps = isKept && ((index: number) => isKept(at(index), blockAt(index)));
  return { count, at, keeps };
}

/** Whether a block's combination is wanted: by no function excluded, in no earlier block. */
function keeper(
  schedule: GridSchedule,
  blocks: readonly Block[],
  all: readonly Combinations[],
): ((values: Config, block: number) => boolean) | undefined {
  const functions = partsOf(schedule).map((parts) =>
    parts.flatMap(({ part }) =>
      (part.exclude ?? []).flatMap((one) => (typeof one === "function" ? [one] : [])),
    ),
  );
  const earlier = blocks.map((block, index) =>
    all.slice(0, index).filter((_, before) => mayMeet(block, blocks[before] ?? block)),
  );
  if ([...functions, ...earlier].every((list) => list.length === 0)) return undefined;
  const varied = variedNames(schedule);
  return (values, block) => {
    if (earlier[block]?.some(({ has }) => has(values))) return false;
    const [first, ...others] = functions[block] ?? [];
    if (first === undefined) return true;
    const config = withValues(schedule.defaults, values, varied);
    return ![first, ...others].some((excludes) => ask(() => excludes(config, values)));
  };
}

/** Whatever an author's function throws is the author's to mend. */
function ask(excludes: () => boolean): boolean {
  try {
    return excludes();
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw unplannable(
      `A function that excludes threw ${what}`,
      "It is given each whole configuration, without the parameters that do not exist there.",
    );
  }
}

/** Whether two blocks can have a combination in common: not if a parameter's values all differ. */
function mayMeet(one: Block, other: Block): boolean {
  const names = [...one.axes.flatMap((axis) => axis.names), ...Object.keys(one.constants)];
  return names.every((name) => {
    const values = textsOf(other, name);
    return [...textsOf(one, name)].some((text) => values.has(text));
  });
}

const ABSENT = "absent";

function textsOf({ axes, constants }: Block, name: string): ReadonlySet<string> {
  if (Object.hasOwn(constants, name)) return new Set([canonicalJson(constants[name] ?? null)]);
  const axis = axes.find(({ names }) => names.includes(name));
  if (axis === undefined) return new Set();
  const column = axis.names.indexOf(name);
  const texts = axis.points.map((point) => canonicalJson(point[column] ?? null));
  return new Set(axis.when === undefined ? texts : [...texts, ABSENT]);
}

function* numbersBelow(count: number): Generator<number> {
  for (let number = 0; number < count; number += 1) yield number;
}

function* mapped(numbers: Iterable<number>, at: (index: number) => Config): Generator<Config> {
  for (const number of numbers) yield at(number);
}

function* filtered(
  numbers: Iterable<number>,
  keeps: (number: number) => boolean,
): Generator<number> {
  for (const number of numbers) if (keeps(number)) yield number;
}

function* firstOf(numbers: Iterable<number>, count: number): Generator<number> {
  let left = count;
  for (const number of numbers) {
    yield number;
    if ((left -= 1) === 0) return;
  }
}

function unplannable(message: string, hint: string): UserError {
  return new UserError("schedule-invalid", message, hint);
}
