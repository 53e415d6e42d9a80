import { type ConfigValue, valueAt } from "../../config/config.ts";
import { canonicalJson } from "../../config/identity.ts";
import { testsOf } from "../condition.ts";
import {
  type GridPart,
  type GridSchedule,
  type NamedOverrides,
  overriddenNames,
  type ValueLists,
  variedNames,
  zipGroups,
} from "../schedule.ts";
import type { Axis, Block } from "./combinations.ts";

/** A part of a schedule, and where it stands in it. */
export type PlacedPart = { readonly part: GridPart; readonly place: string };

/** The parts that are multiplied for each block: the schedule's own, and the block's. */
export function partsOf(schedule: GridSchedule): readonly (readonly PlacedPart[])[] {
  const own = { part: schedule, place: "" };
  const { blocks } = schedule;
  if (blocks === undefined) return [[own]];
  return blocks.map((part, index) => [own, { part, place: `blocks[${index}]` }]);
}

/** What a checked grid is the union of. */
export function blocksOf(schedule: GridSchedule): readonly Block[] {
  const varied = variedNames(schedule);
  const defaultOf = (name: string) => valueAt(schedule.defaults, name);
  return partsOf(schedule).map((parts) => {
    const axes = parts.flatMap(({ part, place }) => axesOf(part, place, defaultOf));
    const onAxes = new Set(axes.flatMap(({ names }) => names));
    const constants = varied
      .filter((name) => !onAxes.has(name))
      .map((name) => [name, defaultOf(name) ?? null] as const);
    return {
      axes,
      excludes: parts.flatMap(({ part }) =>
        (part.exclude ?? []).flatMap((one) => (typeof one === "function" ? [] : [testsOf(one)])),
      ),
      constants: Object.fromEntries(constants),
      defaultOf: (name) => (varied.includes(name) ? undefined : defaultOf(name)),
    };
  });
}

/** The values that a parameter takes in some blocks, each once. */
export function valuesTaken(blocks: readonly Block[], name: string): readonly ConfigValue[] {
  const values = new Map<string, ConfigValue>();
  for (const { axes, constants } of blocks) {
    const axis = axes.find(({ names }) => names.includes(name));
    const column = axis?.names.indexOf(name) ?? -1;
    const own = axis?.points.map((point) => point[column] ?? null) ?? [constants[name] ?? null];
    for (const value of own) {
      const text = canonicalJson(value);
      if (!values.has(text)) values.set(text, value);
    }
  }
  return [...values.values()];
}

/** What a grid varies, name by name, whatever its shape. */
export function valueListsOf(schedule: GridSchedule): ValueLists {
  const blocks = blocksOf(schedule);
  return Object.fromEntries(variedNames(schedule).map((name) => [name, valuesTaken(blocks, name)]));
}

/** The axes of a part, in the author's order: variations, zip, overrides. */
export function axesOf(
  { variations = {}, overrides, ...part }: GridPart,
  place: string,
  defaultOf: (name: string) => ConfigValue | undefined,
): readonly Axis[] {
  const here = (key: string) => (place === "" ? key : `${place}.${key}`);
  const single = Object.entries(variations).map(([name, varied]): Axis => {
    const axis = { place: here(`variations.${name}`), names: [name] };
    return "when" in varied
      ? { ...axis, points: varied.values.map((value) => [value]), when: testsOf(varied.when) }
      : { ...axis, points: varied.map((value) => [value]) };
  });
  const zipped = zipGroups(part).map((group, index): Axis => {
    const names = Object.keys(group);
    const [first = []] = Object.values(group);
    const points = first.map((_, row) => names.map((name) => group[name]?.[row] ?? null));
    return { place: here(`zip[${index}]`), names, points };
  });
  const named = overrides === undefined ? [] : [namedAxis(overrides, here("overrides"), defaultOf)];
  return [...single, ...zipped, ...named];
}

function namedAxis(
  overrides: readonly NamedOverrides[],
  place: string,
  defaultOf: (name: string) => ConfigValue | undefined,
): Axis {
  const names = [...new Set(overrides.flatMap(overriddenNames))];
  const points = overrides.map((entry) =>
    names.map((name) => (Object.hasOwn(entry, name) ? entry[name] : defaultOf(name)) ?? null),
  );
  return { place, names, points };
}
