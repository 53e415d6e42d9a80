import { type Config, type ConfigValue, RESERVED_NAMES } from "../../config/config.ts";
import { formatValue } from "../../config/overrides/format-override.ts";
import type { Override } from "../../config/overrides/override.ts";
import type { WrittenOverride } from "../../config/overrides/parse-override.ts";
import { nearest, nearestPath, type Problem } from "../../config/problems.ts";
import { SCHEDULE_KEYS } from "../schedule-problems.ts";

/** What an override that is about the schedule, and about no configuration, does to it. */
export type ScheduleWord =
  | { readonly kind: "change"; readonly key: string; readonly value: ConfigValue }
  | { readonly kind: "refused"; readonly problem: Problem };

/** The lists of a schedule, by the names of what a run gets of them. */
const LISTS: Readonly<Record<string, string>> = {
  seed: "seeds",
  algName: "algNames",
  taskName: "taskNames",
};

/** Keys of a schedule that take one value, and the kind of schedule that has them. */
const NUMBERS: Readonly<Record<string, Kind | "any">> = {
  nExperiments: "random",
  design: "random",
  scramble: "random",
  sample: "grid",
  repeats: "any",
};
type Kind = "random" | "grid";

/** What to write in place of a key that is none of a configuration. */
const INSTEAD: Readonly<Record<string, string>> = {
  seeds: "Write seed=1,2,3 or seed=1..3.",
  algNames: "Write algName=… with one value or several.",
  taskNames: "Write taskName=… with one value or several.",
  samplerSeed: "Write --sampler_seed.",
  variations: "To vary a value, write its name: lr=0.1,0.01.",
  space: "To vary a value, write its name: lr=0.1,0.01.",
  defaults: "Write the name of the value alone: lr=0.1.",
  config: "Write the name of the value alone: lr=0.1.",
};

/**
 * What an override says about the schedule; undefined if it is about a value of the configurations.
 * Those come first: a name that they have is theirs, whatever a schedule calls by it.
 * @param own - asked only where it matters: the configuration that the schedule says by itself
 */
export function scheduleWord(
  written: WrittenOverride,
  schedule: Config,
  own: () => Config,
): ScheduleWord | undefined {
  const { override } = written;
  const [name = "", ...inner] = override.path;
  const isReserved = RESERVED_NAMES.includes(name);
  const isNew = override.kind === "set" && override.isNew;
  if (!isReserved && (isNew || Object.hasOwn(own(), name))) return undefined;
  const plain = inner.length === 0 && override.kind === "set" ? override.values : undefined;
  const list = LISTS[name];
  if (list !== undefined && plain !== undefined) return { kind: "change", key: list, value: plain };
  if (isReserved) return refused(written, ...reservedName(name));
  const kind = NUMBERS[name];
  if (kind !== undefined && plain !== undefined) {
    return changedNumber(written, plain, kind, kindOf(schedule));
  }
  if (SCHEDULE_KEYS.includes(name)) return refused(written, ...otherKey(override));
  const meant = plain && isUnknown(name, own()) ? nearest(name, WORDS) : undefined;
  if (meant === undefined) return undefined;
  const remedy = `Did you mean ${meant} of the schedule? ${INSTEAD[meant] ?? ""}`.trim();
  return refused(written, "is a key neither of the configuration nor of the schedule.", remedy);
}

const WORDS = [...Object.keys(NUMBERS), "seeds"];

const isUnknown = (name: string, own: Config) => nearestPath(name, own) === undefined;

const kindOf = ({ kind, space }: Config): Kind =>
  kind === "random" || space !== undefined ? "random" : "grid";

function changedNumber(
  written: WrittenOverride,
  [value = null, ...others]: readonly ConfigValue[],
  kind: Kind | "any",
  own: Kind,
): ScheduleWord {
  const [key = ""] = written.override.path;
  if (kind !== "any" && kind !== own) {
    const remedies: Readonly<Record<string, string>> = {
      nExperiments: `To draw so many experiments of the grid, write sample=${formatValue(value)}.`,
      sample: `Write nExperiments=${formatValue(value)}.`,
    };
    const names = { random: "random search", grid: "grid" };
    const message = `is a key of the schedule of a ${names[kind]}, and this one is a ${names[own]}.`;
    return refused(written, message, remedies[key] ?? "Leave it out.");
  }
  if (others.length === 0) return { kind: "change", key, value };
  return refused(written, "is a key of the schedule, and has one value.", "Write one of them.");
}

function reservedName(name: string): readonly [message: string, remedy: string] {
  const remedy = name === "desc" ? "Write --desc." : `Write ${name}=… with one value or several.`;
  return ["is set by the schedule, for all experiments alike.", remedy];
}

function otherKey({ path }: Override): readonly [message: string, remedy: string] {
  const [name = ""] = path;
  const instead = INSTEAD[name] ?? "Change it in the schedule.";
  return ["is a key of the schedule, and not of its configurations.", instead];
}

function refused(
  { key, override }: WrittenOverride,
  message: string,
  remedy: string,
): ScheduleWord {
  const origin = { layer: "the command line" };
  const place = override.path.join(".");
  return { kind: "refused", problem: { place, message, origin, excerpt: key, remedy } };
}
