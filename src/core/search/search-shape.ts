import { type Config, valueAt } from "../config/config.ts";
import { canonicalJson } from "../config/identity.ts";
import { counted } from "../counted.ts";
import { formatCondition } from "./condition.ts";
import type { Distribution, Space } from "./distributions.ts";
import { axesOf } from "./grid/blocks.ts";
import { planGrid } from "./grid/plan.ts";
import { designOf, type GridPart, type GridSchedule, type Schedule } from "./schedule.ts";
import type { SearchDesign } from "./search-facts.ts";

/** What a schedule varies and how, for people and for `--json`. */
export type SearchShape = {
  readonly design: SearchDesign;
  /** Of Sobol and Halton sequences; null for others. */
  readonly scramble: boolean | null;
  readonly axes: readonly AxisShape[];
  /** Conditions and functions that exclude combinations. */
  readonly exclusions: number;
  /** How many combinations a grid has; null for a random search, or if they were not counted. */
  readonly combinations: number | null;
  /** For one algorithm and one task; exact. */
  readonly experiments: number;
};

export type AxisShape = {
  /** More than one: they vary together. */
  readonly names: readonly string[];
  /** `4 values`, `logUniform from 0.0001 to 1`. */
  readonly what: string;
  /** When the parameter exists; null: always. */
  readonly when: string | null;
  /** From 0; null for what belongs to all blocks. */
  readonly block: number | null;
};

/** @throws UserError `schedule-invalid` for a grid that cannot be counted */
export function shapeOf(schedule: Schedule): SearchShape {
  const { design = schedule.kind, scramble = null } = designOf(schedule);
  const common = { design, scramble };
  if (schedule.kind === "grid") return { ...common, ...gridShape(schedule) };
  const axes = spaceShape(schedule.space);
  return { ...common, axes, exclusions: 0, combinations: null, experiments: schedule.nExperiments };
}

/** What a random search varies. */
export function spaceShape(space: Space): readonly AxisShape[] {
  return Object.entries(space).map(([name, distribution]) => ({
    names: [name],
    what: formatDistribution(distribution),
    when: distribution.when === undefined ? null : formatCondition(distribution.when),
    block: null,
  }));
}

function gridShape(schedule: GridSchedule): Omit<SearchShape, "design" | "scramble"> {
  const { count, size } = planGrid(schedule);
  const parts = [
    { part: schedule, block: null },
    ...(schedule.blocks ?? []).map((part, block) => ({ part, block })),
  ];
  return {
    axes: parts.flatMap(({ part, block }) => partShapes(part, block, schedule.defaults)),
    exclusions: parts.reduce((sum, { part }) => sum + (part.exclude ?? []).length, 0),
    combinations: size ?? null,
    experiments: count,
  };
}

function partShapes(part: GridPart, block: number | null, defaults: Config): readonly AxisShape[] {
  return axesOf(part, "", (name) => valueAt(defaults, name)).map(({ names, points, place }) => {
    const { [names[0] ?? ""]: varied } = part.variations ?? {};
    const together = names.length > 1 ? " together" : "";
    const isNamed = place === "overrides";
    return {
      names,
      what: isNamed
        ? counted(points.length, "override")
        : counted(points.length, "value") + together,
      when: varied && "when" in varied ? formatCondition(varied.when) : null,
      block,
    };
  });
}

/** `logUniform from 0.0001 to 1`, `one of 3 values`. */
function formatDistribution(distribution: Distribution): string {
  const { kind } = distribution;
  if (kind === "fixed") return `always ${canonicalJson(distribution.value)}`;
  if (kind === "choice") {
    const weighted = distribution.weights === undefined ? "" : ", weighted";
    return `one of ${counted(distribution.values.length, "value")}${weighted}`;
  }
  const { low, high, step } = { step: undefined, ...distribution };
  const centre =
    "mean" in distribution ? ` of ${distribution.mean} ± ${distribution.deviation}` : "";
  const range =
    (low === undefined ? "" : ` from ${low}`) + (high === undefined ? "" : ` to ${high}`);
  return `${kind}${centre}${range}${step === undefined ? "" : ` in steps of ${step}`}`;
}

/** A line for the design and one for each axis, e.g. `    lr  4 values`. */
export function renderShape(shape: SearchShape): readonly string[] {
  const { design, scramble, axes, exclusions, combinations, experiments } = shape;
  const whole = combinations === null ? "" : ` of ${counted(combinations, "combination")}`;
  const title = {
    grid: "grid",
    sampleOfGrid: `sample of ${experiments}${whole || " of a grid"}`,
    random: "random",
    latinHypercube: "Latin hypercube",
    sobol: `${scramble === true ? "scrambled " : ""}Sobol sequence`,
    halton: `${scramble === true ? "scrambled " : ""}Halton sequence`,
  }[design];
  const rows = axes.map(({ names, what, when, block }) => ({
    name: (block === null ? "" : `blocks[${block}] `) + names.join(", "),
    what: what + (when === null ? "" : `, when ${when}`),
  }));
  if (exclusions > 0) rows.push({ name: "exclude", what: counted(exclusions, "condition") });
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`);
  return [`Design: ${title}, ${counted(experiments, "experiment")} for each search`, ...lines];
}
