import { type Config, type ConfigValue, isConfig, RESERVED_NAMES } from "../../config/config.ts";
import type { Layer } from "../../config/layers/layer.ts";
import { commandLine } from "../../config/overrides/override-layer.ts";
import type { Override } from "../../config/overrides/override.ts";
import { parseOverrides, type WrittenOverride } from "../../config/overrides/parse-override.ts";
import type { Problem } from "../../config/problems.ts";
import { namesOfParts } from "../grid/problems.ts";
import { namesIn } from "../varied-problems.ts";

/** A schedule as the command line changes it. */
export type OverriddenSchedule = {
  readonly schedule: Config;
  /** The values that all experiments get. */
  readonly layer: Layer;
  readonly problems: readonly Problem[];
};

/** What stands in a schedule's own words, and is no value of a configuration. */
const LISTS: Readonly<Record<string, string>> = {
  seed: "seeds",
  algName: "algNames",
  taskName: "taskNames",
};

/**
 * What overrides make of a schedule: one value takes the place of whatever the schedule says, an axis
 * too; several are an axis. `seed=1..5`, `algName=…` and `taskName=…` change the schedule's own lists.
 */
export function overrideSchedule(schedule: Config, args: readonly string[]): OverriddenSchedule {
  const { overrides, problems } = parseOverrides(args);
  const reserved = overrides.filter((one) => RESERVED_NAMES.includes(one.override.path[0] ?? ""));
  const others = overrides.filter((one) => !reserved.includes(one));
  const found = [...problems, ...others.flatMap((one) => clashes(one, schedule))];
  let changed = schedule;
  for (const one of reserved) {
    const list = listOf(one.override);
    if (list === undefined) found.push(refusedList(one));
    else changed = { ...without(changed, "repeats", list.key), [list.key]: list.values };
  }
  for (const { override } of others) changed = withAxis(changed, override);
  return { schedule: changed, layer: commandLine(others).layer, problems: found };
}

function listOf(
  override: Override,
): { readonly key: string; readonly values: readonly ConfigValue[] } | undefined {
  const [name = "", ...inner] = override.path;
  const key = LISTS[name];
  if (key === undefined || inner.length > 0 || override.kind !== "set") return undefined;
  return { key, values: override.values };
}

function refusedList({ override, key }: WrittenOverride): Problem {
  const [name = ""] = override.path;
  const remedy = name === "desc" ? "Write --desc." : `Write ${name}=… with one value or several.`;
  const message = "is set by the schedule, for all experiments alike.";
  return { place: name, message, excerpt: key, remedy };
}

/** A schedule without the axis of an override, or with the one that it asks for. */
function withAxis(schedule: Config, override: Override): Config {
  const path = override.path.join(".");
  const { space, variations } = schedule;
  const values = override.kind === "set" && override.values.length > 1 ? override.values : [];
  if (isConfig(space)) {
    const axis = values.length > 0 && { [path]: { kind: "choice", values } };
    return { ...schedule, space: { ...(axis ? space : without(space, path)), ...axis } };
  }
  const before = isConfig(variations) ? variations : {};
  if (values.length > 0) return { ...schedule, variations: { ...before, [path]: values } };
  if (!Object.hasOwn(before, path)) return schedule;
  return { ...schedule, variations: without(before, path) };
}

/** Axes that an override cannot take the place of: parameters that vary together, and blocks. */
function clashes({ override, key }: WrittenOverride, schedule: Config): readonly Problem[] {
  const path = override.path.join(".");
  const { space } = schedule;
  const names = [...namesOfParts(schedule), ...(isConfig(space) ? namesIn(space, "space") : [])];
  const other = names.find(({ name, place }) =>
    name === path ? !/^(variations|space)\b/.test(place) : path.startsWith(`${name}.`),
  );
  if (other === undefined) return [];
  const inside = other.name === path ? "" : `, as part of ${JSON.stringify(other.name)}`;
  return [
    {
      place: path,
      message: `is set by the command line and by ${other.place}${inside}: two axes cannot set the same key.`,
      excerpt: key,
      remedy: `Leave it out of the command line, or take it out of ${other.place}.`,
    },
  ];
}

function without(config: Config, ...names: readonly string[]): Config {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !names.includes(name)));
}
