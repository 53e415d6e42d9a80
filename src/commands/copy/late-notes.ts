import { type ConfigValue, valueAt } from "../../core/config/config.ts";
import { readsAnyOf } from "../../core/config/late/following.ts";
import type { Changes } from "../../core/search/copying/changes.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { VariationsFile } from "../../tree/variations-file.ts";

/** What an axis of a search takes its values from, by the axes' dotted names. */
export function axesOf(variations: VariationsFile): ReadonlyMap<string, ConfigValue> {
  if (variations.kind === "random") {
    // Distributions are data.
    return new Map(Object.entries(variations.space as Readonly<Record<string, ConfigValue>>));
  }
  const overrides = variations.overrides ?? [];
  const named = overrides.flatMap((one) => Object.entries(one)).filter(([name]) => name !== "name");
  const axes = new Map<string, ConfigValue>(named);
  for (const [name, values] of Object.entries(variations.variations)) {
    axes.set(name, [...values, axes.get(name) ?? null]);
  }
  return axes;
}

/**
 * What becomes of values that were computed when the search was prepared.
 * @param followed - the late values that are computed anew
 */
export function lateNotes(
  { defaults, derived = [] }: Pick<SearchFacts, "defaults" | "derived">,
  { overridden }: Changes,
  axes: ReadonlyMap<string, ConfigValue>,
  followed: readonly string[],
): readonly string[] {
  const given = overridden.map(({ path }) => path);
  const changed = [...given, ...followed];
  const kept = [...axes].flatMap(([name, values]) => {
    const texts = [values, valueAt(defaults, name) ?? null];
    return !given.includes(name) && readsAnyOf(texts, changed) ? [name] : [];
  });
  const functions = given.length === 0 ? [] : derived.filter((name) => !given.includes(name));
  const note = (names: readonly string[], text: string) =>
    names.length === 0 ? [] : [`${listed(names)}: ${text}`];
  return [
    ...note(followed, "computed anew from what changes."),
    ...note(kept, `axes with values that were computed from what changes, ${STAYS}`),
    ...note(functions, `computed by functions of the schedule, ${STAYS}`),
  ];
}

const STAYS = "copied as they were: override what is to follow, too.";
const MAX_NAMED = 8;

function listed(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
