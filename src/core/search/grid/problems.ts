import { UserError } from "../../../errors.ts";
import { type Config, type ConfigValue, isConfig } from "../../config/config.ts";
import { valueProblems } from "../../config/parse-config.ts";
import { mismatch, type Problem, unknownKeys, within } from "../../config/problems.ts";
import { conditionProblems } from "../condition-problems.ts";
import { listProblems } from "../distribution-problems.ts";
import type { GridSchedule } from "../schedule.ts";
import { namesIn, type VariedName, variedProblems } from "../varied-problems.ts";
import { planGrid } from "./plan.ts";
import { repeats } from "./repeats.ts";
import { useProblems } from "./use-problems.ts";

/** The keys of what a grid is made of. */
export const PART_KEYS = ["variations", "zip", "overrides", "exclude"] as const;
export const GRID_KEYS = [...PART_KEYS, "blocks"] as const;

/** Whatever keeps a grid schedule's own keys from being expanded. */
export function gridProblems(schedule: Config): readonly Problem[] {
  const { blocks, sample, samplerSeed, defaults } = schedule;
  const problems = [...partProblems(schedule, "")];
  const places = Array.isArray(blocks) ? blocks.map((_, index) => `blocks[${index}]`) : [];
  if (blocks !== undefined && places.length === 0) {
    problems.push(mismatch("blocks", "a list of at least one grid", blocks));
  }
  const parts: readonly unknown[] = Array.isArray(blocks) ? blocks : [];
  parts.forEach((part, index) => {
    const place = places[index] ?? "";
    if (!isConfig(part)) problems.push(mismatch(place, "an object with variations …", part));
    else problems.push(...unknownKeys(part, PART_KEYS, place), ...partProblems(part, place));
  });
  if (sample !== undefined && !(Number.isSafeInteger(sample) && Number(sample) > 0)) {
    problems.push(mismatch("sample", "a whole number above 0", sample));
  }
  if (samplerSeed !== undefined && sample === undefined) {
    const message = "is for a sample of a grid, and all of it is asked for. Leave it out.";
    problems.push({ place: "samplerSeed", message });
  }
  if (problems.length > 0) return problems;
  const own = partNames(schedule, "");
  const names = [
    own,
    ...parts.map((part, index) => partNames(part as Config, places[index] ?? "")),
  ];
  const clashes = [
    ...variedProblems(own, defaults),
    ...names.slice(1).flatMap((inner) => variedProblems([...own, ...inner], defaults)),
  ];
  if (clashes.length > 0 || !isConfig(defaults)) return distinct(clashes);
  // Every key that the plan reads was just checked.
  return planProblems(schedule as unknown as GridSchedule);
}

/** What shows only when the whole is looked at. */
function planProblems(schedule: GridSchedule): readonly Problem[] {
  const unused = useProblems(schedule);
  if (unused.length > 0) return unused;
  try {
    if (planGrid(schedule).count > 0) return [];
    return [{ place: "exclude", message: "leaves nothing: every combination is excluded." }];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ place: "", message: `${error.message} ${error.hint}` }];
  }
}

function partProblems(
  { variations, zip, overrides, exclude }: Config,
  place: string,
): readonly Problem[] {
  return [
    ...(variations === undefined
      ? []
      : variationsProblems(variations, within(place, "variations"))),
    ...(zip === undefined ? [] : zipProblems(zip, within(place, "zip"))),
    ...(overrides === undefined ? [] : overridesProblems(overrides, within(place, "overrides"))),
    ...(exclude === undefined ? [] : excludeProblems(exclude, within(place, "exclude"))),
  ];
}

function variationsProblems(variations: unknown, place: string): readonly Problem[] {
  if (!isConfig(variations)) return [mismatch(place, "an object", variations)];
  return Object.entries(variations).flatMap(([name, varied]) => {
    const here = within(place, name);
    if (!isConfig(varied)) return listProblems(varied, here);
    return [
      ...unknownKeys(varied, ["when", "values"], here),
      ...conditionProblems(varied["when"], within(here, "when")),
      ...listProblems(varied["values"], within(here, "values")),
    ];
  });
}

function zipProblems(zip: unknown, place: string): readonly Problem[] {
  const groups: readonly unknown[] = Array.isArray(zip) ? zip : [zip];
  if (groups.length === 0) return [mismatch(place, "an object with lists of the same length", zip)];
  return groups.flatMap((group, index) => {
    const here = Array.isArray(zip) ? within(place, index) : place;
    if (!isConfig(group) || Object.keys(group).length === 0) {
      return [mismatch(here, "an object with lists of the same length", group)];
    }
    const wrong = Object.entries(group).flatMap(([name, values]) => {
      const there = within(here, name);
      if (!Array.isArray(values) || values.length === 0) {
        return [mismatch(there, "a list of at least one value", values)];
      }
      return valueProblems(values, there);
    });
    return wrong.length > 0
      ? wrong
      : rowProblems(group as Readonly<Record<string, readonly ConfigValue[]>>, here);
  });
}

/** Lists of different lengths, or the same values a second time. */
function rowProblems(
  group: Readonly<Record<string, readonly ConfigValue[]>>,
  place: string,
): readonly Problem[] {
  const [[first, values] = ["", []], ...others] = Object.entries(group);
  const uneven = others
    .filter(([, other]) => other.length !== values.length)
    .map(([name, other]) => ({
      place: within(place, name),
      message: `has ${other.length} values, and ${JSON.stringify(first)}, with which it varies, has ${values.length}. Give each the same number.`,
    }));
  if (uneven.length > 0) return uneven;
  const rows = values.map((_, row) => Object.values(group).map((list) => list[row] ?? null));
  return repeats(rows).map(([row, before]) => ({
    place,
    message: `gives the values at [${row}] a second time; they stand at [${before}], too.`,
  }));
}

function overridesProblems(overrides: unknown, place: string): readonly Problem[] {
  if (!Array.isArray(overrides) || overrides.length === 0) {
    return [mismatch(place, 'a list such as [{ name: "large", layers: 4 }]', overrides)];
  }
  const entries: readonly unknown[] = overrides;
  const wrong = entries.flatMap((entry, index) => {
    const here = within(place, index);
    if (!isConfig(entry)) return [mismatch(here, "an object with a name and values", entry)];
    const { name } = entry;
    const isName = typeof name === "string" && name !== "";
    const problems = isName ? [] : [mismatch(within(here, "name"), "a name", name)];
    return [...problems, ...valueProblems(entry, here)];
  });
  if (wrong.length > 0) return wrong;
  // Each entry was just seen to be an object with a name.
  const names = entries.map((entry) => (entry as Config)["name"] ?? null);
  return repeats(names).map(([index, before]) => ({
    place: within(within(place, index), "name"),
    message: `is the name of ${within(place, before)}, too. Give each its own.`,
  }));
}

function excludeProblems(exclude: unknown, place: string): readonly Problem[] {
  if (!Array.isArray(exclude) || exclude.length === 0) {
    return [mismatch(place, 'a list such as [{ optimizer: "adam", lr: 1 }]', exclude)];
  }
  return exclude.flatMap((one: unknown, index) =>
    typeof one === "function" ? [] : conditionProblems(one, within(place, index)),
  );
}

/** The names that all parts of a schedule set, as far as they can be read. */
export function namesOfParts(schedule: Config): readonly VariedName[] {
  const { blocks } = schedule;
  const parts: readonly unknown[] = Array.isArray(blocks) ? blocks : [];
  return [
    ...partNames(schedule, ""),
    ...parts.flatMap((part, index) => (isConfig(part) ? partNames(part, `blocks[${index}]`) : [])),
  ];
}

/** The names that a part sets, axis by axis. */
function partNames({ variations, zip, overrides }: Config, place: string): readonly VariedName[] {
  const groups: readonly unknown[] = zip === undefined ? [] : Array.isArray(zip) ? zip : [zip];
  const zipped = groups.flatMap((group, index) => {
    const here = within(place, "zip");
    return isConfig(group) ? namesIn(group, Array.isArray(zip) ? within(here, index) : here) : [];
  });
  const named = new Map<string, VariedName>();
  const entries: readonly unknown[] = Array.isArray(overrides) ? overrides : [];
  entries.forEach((entry, index) => {
    if (!isConfig(entry)) return;
    for (const one of namesIn(entry, within(within(place, "overrides"), index))) {
      if (one.name !== "name" && !named.has(one.name)) named.set(one.name, one);
    }
  });
  const single = isConfig(variations) ? namesIn(variations, within(place, "variations")) : [];
  return [...single, ...zipped, ...named.values()];
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [`${one.place} ${one.message}`, one])).values()];
}
