import { type Config, isConfig } from "../../config/config.ts";
import type { Layer } from "../../config/layers/layer.ts";
import { commandLine } from "../../config/overrides/override-layer.ts";
import type { Override } from "../../config/overrides/override.ts";
import {
  parseOverrides,
  setTwice,
  type WrittenOverride,
} from "../../config/overrides/parse-override.ts";
import type { Excerpt } from "../../config/origin.ts";
import type { Problem } from "../../config/problems.ts";
import { namesOfParts } from "../grid/problems.ts";
import { namesIn } from "../varied-problems.ts";
import { scheduleWord } from "./schedule-words.ts";

/** A schedule as the command line changes it. */
export type OverriddenSchedule = {
  readonly schedule: Config;
  /** The values that all experiments get. */
  readonly layer: Layer;
  /** The keys of the schedule that the command line has changed, and by which of its words. */
  readonly changes: ReadonlyMap<string, Excerpt>;
  readonly problems: readonly Problem[];
};

/** Two ways to say the same. */
const SEEDS: readonly string[] = ["seeds", "repeats"];

/**
 * What overrides make of a schedule: one value takes the place of whatever the schedule says, an axis
 * too; several are an axis. `seed=1..5`, `nExperiments=20` and the like change the schedule's own keys.
 * @param own - the configuration that the schedule says by itself
 */
export function overrideSchedule(
  schedule: Config,
  args: readonly string[],
  own: () => Config,
): OverriddenSchedule {
  const { overrides, problems } = parseOverrides(args);
  const found = [...problems];
  const changes = new Map<string, Excerpt>();
  const others: WrittenOverride[] = [];
  let changed = schedule;
  for (const one of overrides) {
    const word = scheduleWord(one, schedule, own);
    if (word === undefined) others.push(one);
    else if (word.kind === "refused") found.push(word.problem);
    else {
      const { key, value } = word;
      const keys = SEEDS.includes(key) ? SEEDS : [key];
      const other = keys.map((name) => changes.get(name)).find((excerpt) => excerpt !== undefined);
      if (other !== undefined) found.push(setTwice(one, other));
      changes.set(key, one.key);
      changed = { ...without(changed, ...keys), [key]: value };
    }
  }
  found.push(...others.flatMap((one) => clashes(one, schedule)));
  for (const { override } of others) changed = withAxis(changed, override);
  return { schedule: changed, layer: commandLine(others).layer, changes, problems: found };
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
