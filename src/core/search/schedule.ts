import type { Config, ConfigValue } from "../config/config.ts";
import type { CompositionPart } from "./composing/composition-keys.ts";
import type { Condition } from "./condition.ts";
import type { Design } from "./designs/design.ts";
import type { Distribution, Space } from "./distributions.ts";
import type { MetricOptions } from "./metric.ts";
import type { Program, SearchFacts } from "./search-facts.ts";

/** Lists of values, by their parameters' dotted names. */
export type ValueLists = Readonly<Record<string, readonly ConfigValue[]>>;

/** The values of a parameter that exists only in some experiments; {@link when} writes it. */
export type ConditionalValues = {
  readonly when: Condition;
  readonly values: readonly ConfigValue[];
};

/** For each varied parameter, by its dotted name, the values it takes. */
export type Variations = Readonly<Record<string, readonly ConfigValue[] | ConditionalValues>>;

/** Values for any parameters, by their dotted names, under a name of their own. */
export type NamedOverrides = { readonly name: string } & Config;

/**
 * Experiments that are left out: by their values, or by a function of the whole configuration, and of
 * what varies in it, by dotted names.
 */
export type Exclusion = Condition | ((config: Config, values: Config) => boolean);

/** What a grid is the product of; each part may be left out. */
export type GridPart = {
  /** Each parameter takes each of its values. */
  readonly variations?: Variations;
  /** Parameters that vary together: their first values, then their second … One group, or several. */
  readonly zip?: ValueLists | readonly ValueLists[];
  /** One set of values after the other; parameters that one leaves out have their defaults. */
  readonly overrides?: readonly NamedOverrides[];
  readonly exclude?: readonly Exclusion[];
};

type Common = CompositionPart & {
  /** For editors: where the format of this file is described. */
  readonly $schema?: string;
  readonly algNames: readonly string[];
  readonly taskNames: readonly string[];
  /** Whole numbers from 0 on; each experiment is run once for each. */
  readonly seeds: readonly number[];
  /**
   * Every parameter of the program; only these can be varied. May be left out where `extends` says
   * what there is.
   */
  readonly defaults: Config;
  /** What runs; the project's file otherwise. */
  readonly program?: Program;
  /** What is compared; the project's file otherwise. */
  readonly metric?: MetricOptions;
  /** Dotted names of what makes no other experiment; with those of the project's file. */
  readonly volatile?: readonly string[];
};

export type GridSchedule = Common &
  GridPart & {
    readonly kind: "grid";
    /** Grids of their own, one after the other; each is multiplied with what stands beside `blocks`. */
    readonly blocks?: readonly GridPart[];
    /** So many experiments, drawn from the grid without replacement; undefined: all of it. */
    readonly sample?: number;
    /** For `sample`; drawn and recorded if it is not given. */
    readonly samplerSeed?: number;
  };

export type RandomSchedule = Common & {
  readonly kind: "random";
  readonly space: Space;
  readonly nExperiments: number;
  /** How the experiments lie in the space; `random` if it is not given. */
  readonly design?: Design;
  /** Of Sobol and Halton sequences: false for the published ones. True if it is not given. */
  readonly scramble?: boolean;
  /** Drawn and recorded if it is not given. */
  readonly samplerSeed?: number;
};

/** A search as its author writes it: which experiments, with which seeds. */
export type Schedule = GridSchedule | RandomSchedule;

/** `repeats: n` may stand in place of `seeds` (0 to n - 1), and `extends` in place of `defaults`. */
export type Authored<Whole extends Schedule> = Omit<Whole, "kind" | "seeds" | "defaults"> &
  ({ readonly seeds: readonly number[] } | { readonly repeats: number }) & {
    readonly defaults?: Config;
  };

/**
 * A search over a grid: the product of `variations`, `zip` and `overrides`, once for each of the
 * `blocks`, without what is `exclude`d, or a `sample` of it.
 *
 *     export default defineGridSchedule({
 *       algNames: ["mlp"], taskNames: ["digits"], repeats: 3, defaults: getRunArgs(),
 *       variations: { lr: [0.1, 0.01], optimizer: ["sgd", "adam"] },
 *     });
 */
export function defineGridSchedule(schedule: Authored<GridSchedule>): GridSchedule {
  // Defaults that are missing are put together when the schedule is read.
  return { kind: "grid", ...withSeeds(schedule) } as GridSchedule;
}

/**
 * A search over experiments drawn from a space of distributions.
 *
 *     export default defineRandomSchedule({
 *       algNames: ["mlp"], taskNames: ["digits"], seeds: [1, 2], defaults: getRunArgs(),
 *       space: { lr: logUniform(1e-4, 1) }, nExperiments: 20, design: "sobol",
 *     });
 */
export function defineRandomSchedule(schedule: Authored<RandomSchedule>): RandomSchedule {
  return { kind: "random", ...withSeeds(schedule) } as RandomSchedule;
}

/** More are written down as a list of seeds. */
const MAX_REPEATS = 1_000_000;

/** Whether `repeats` can be written as a list of seeds. */
export function isRepeats(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= MAX_REPEATS;
}

/** `repeats` written as `seeds`; whatever is wrong with them is left for the check to find. */
export function withSeeds<Rest extends object>(
  schedule: Rest & { readonly seeds?: readonly number[]; readonly repeats?: number },
): Omit<Rest, "repeats"> & { readonly seeds: readonly number[] } {
  const { repeats, ...rest } = schedule;
  if (schedule.seeds === undefined && isRepeats(repeats)) {
    return { ...rest, seeds: Array.from({ length: repeats }, (_, seed) => seed) };
  }
  // Without either, the check says so.
  return schedule as Rest & { readonly seeds: readonly number[] };
}

/**
 * A parameter that exists only in experiments of which the condition is true: `when({ optimizer:
 * "sgd" }, [0, 0.9])` in a grid, `when({ optimizer: "sgd" }, uniform(0, 1))` in a random search.
 */
export function when(condition: Condition, values: readonly ConfigValue[]): ConditionalValues;
export function when(condition: Condition, distribution: Distribution): Distribution;
export function when(
  condition: Condition,
  varied: readonly ConfigValue[] | Distribution,
): ConditionalValues | Distribution {
  return "kind" in varied ? { ...varied, when: condition } : { when: condition, values: varied };
}

/** The names that a schedule varies, in the author's order. */
export function variedNames(schedule: Schedule): readonly string[] {
  if (schedule.kind === "random") return Object.keys(schedule.space);
  const parts = [schedule, ...(schedule.blocks ?? [])];
  return [...new Set(parts.flatMap(partNames))];
}

/** The varied parameters that do not exist in every experiment, with their conditions. */
export function conditionalNames(schedule: Schedule): ReadonlyMap<string, Condition> {
  const all =
    schedule.kind === "random"
      ? Object.entries(schedule.space)
      : [schedule, ...(schedule.blocks ?? [])].flatMap((part) =>
          Object.entries<readonly ConfigValue[] | ConditionalValues>(part.variations ?? {}),
        );
  return new Map(
    all.flatMap(([name, varied]) => ("when" in varied ? [[name, varied.when] as const] : [])),
  );
}

function partNames({ variations = {}, overrides = [], ...part }: GridPart): readonly string[] {
  return [
    ...Object.keys(variations),
    ...zipGroups(part).flatMap((group) => Object.keys(group)),
    ...overrides.flatMap(overriddenNames),
  ];
}

/** All named overrides of a grid. */
export function overridesOf(schedule: GridSchedule): readonly NamedOverrides[] {
  return [schedule, ...(schedule.blocks ?? [])].flatMap(({ overrides = [] }) => overrides);
}

/** How a schedule chooses its experiments, as `search.json` records it. */
export function designOf(schedule: Schedule): Pick<SearchFacts, "design" | "scramble"> {
  if (schedule.kind === "grid") {
    return { design: schedule.sample === undefined ? "grid" : "sampleOfGrid" };
  }
  const { design = "random", scramble = true } = schedule;
  return isSequence(design) ? { design, scramble } : { design };
}

/** Whether a design is a sequence, with a coordinate for each parameter. */
export function isSequence(design: Design): boolean {
  return design === "sobol" || design === "halton";
}

/** The groups of parameters that vary together. */
export function zipGroups({ zip = [] }: Pick<GridPart, "zip">): readonly ValueLists[] {
  return isList(zip) ? zip : [zip];
}

/** The parameters of named overrides. */
export function overriddenNames(entry: NamedOverrides): readonly string[] {
  return Object.keys(entry).filter((key) => key !== "name");
}

// Array.isArray does not narrow readonly lists.
const isList = (zip: ValueLists | readonly ValueLists[]): zip is readonly ValueLists[] =>
  Array.isArray(zip);
