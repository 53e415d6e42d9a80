import type { Config } from "../../config/config.ts";
import { type Problem, within } from "../../config/problems.ts";
import { testsOf } from "../condition.ts";
import { circleProblems, vainProblems } from "../condition-problems.ts";
import { type GridSchedule, variedNames } from "../schedule.ts";
import { blocksOf, partsOf, type PlacedPart, valuesTaken } from "./blocks.ts";
import { type Block, combinationsOf } from "./combinations.ts";
import { repeats } from "./repeats.ts";

/** A condition, and the blocks for which it is written. */
type Placed = {
  readonly condition: Config;
  readonly place: string;
  readonly blocks: readonly Block[];
};

/** What a grid, right in its parts, has without any use: conditions, exclusions, repeated overrides. */
export function useProblems(schedule: GridSchedule): readonly Problem[] {
  const blocks = blocksOf(schedule);
  const parts = partsOf(schedule);
  const placed = [...new Set(parts.flat().map(({ part }) => part))].map((part) => ({
    part,
    place: parts.flat().find((one) => one.part === part)?.place ?? "",
    blocks: blocks.filter((_, index) => parts[index]?.some((one) => one.part === part)),
  }));
  const whens = placed.flatMap((one) => whensOf(one, one.blocks));
  const circles = parts.flatMap((own) => circlesOf(own));
  if (circles.length > 0) return circles;
  const excludes = placed.flatMap((one) => excludesOf(one, one.blocks));
  const vain = [...whens, ...excludes].flatMap((one) => vainIn(one, schedule));
  if (vain.length > 0) return vain;
  const tooLarge = sizeProblems(blocks);
  if (tooLarge.length > 0) return tooLarge;
  return [
    ...unusedProblems(whens, "never holds, so this parameter never exists"),
    ...unusedProblems(excludes, "excludes nothing"),
    ...blocks.flatMap(repeatedOverrides),
  ];
}

function whensOf({ part, place }: PlacedPart, blocks: readonly Block[]): readonly Placed[] {
  return Object.entries(part.variations ?? {}).flatMap(([name, varied]) => {
    if (!("when" in varied)) return [];
    const here = within(within(within(place, "variations"), name), "when");
    return [{ condition: varied.when, place: here, blocks }];
  });
}

function excludesOf({ part, place }: PlacedPart, blocks: readonly Block[]): readonly Placed[] {
  return (part.exclude ?? []).flatMap((condition, index) =>
    typeof condition === "function"
      ? []
      : [{ condition, place: within(within(place, "exclude"), index), blocks }],
  );
}

function circlesOf(parts: readonly PlacedPart[]): readonly Problem[] {
  const conditions = parts.flatMap(({ part, place }) =>
    Object.entries(part.variations ?? {}).flatMap(([name, varied]) => {
      if (!("when" in varied)) return [];
      const here = within(within(within(place, "variations"), name), "when");
      return [[name, { place: here, asks: Object.keys(varied.when) }] as const];
    }),
  );
  return circleProblems(new Map(conditions));
}

function vainIn({ condition, place, blocks }: Placed, schedule: GridSchedule): readonly Problem[] {
  const taken = (name: string) => valuesTaken(blocks, name);
  const scope = { varied: variedNames(schedule), defaults: schedule.defaults, taken };
  return vainProblems(condition, place, scope);
}

/** Above it, whole numbers are no longer told apart. */
function sizeProblems(blocks: readonly Block[]): readonly Problem[] {
  const size = blocks.reduce((sum, block) => sum + combinationsOf(block).count, 0);
  if (size <= Number.MAX_SAFE_INTEGER) return [];
  const remedy = "Shorten the lists, or write a random schedule with choice(values).";
  const message = `has more than ${Number.MAX_SAFE_INTEGER} combinations, which cannot be numbered. ${remedy}`;
  return [{ place: "variations", message }];
}

function unusedProblems(placed: readonly Placed[], what: string): readonly Problem[] {
  return placed
    .filter(({ condition, blocks }) => !blocks.some((block) => occursIn(block, condition)))
    .map(({ place }) => ({ place, message: `${what}: no combination is like that.` }));
}

/** Whether a condition holds in a combination of the block, whatever is excluded from it. */
function occursIn(block: Block, condition: Config): boolean {
  const whole = combinationsOf({ ...block, excludes: [] });
  const others = combinationsOf({ ...block, excludes: [testsOf(condition)] });
  return others.count < whole.count;
}

/** Overrides that say the same when those that leave a parameter out have its default. */
function repeatedOverrides({ axes }: Block): readonly Problem[] {
  return axes
    .filter(({ place }) => place.endsWith("overrides"))
    .flatMap(({ place, points }) =>
      repeats(points).map(([index, before]) => ({
        place: within(place, index),
        message: `sets what ${within(place, before)} sets; together with the defaults they are the same experiment.`,
      })),
    );
}
