import { UserError } from "../../errors.ts";
import { type Config, type ConfigValue, isConfig } from "../config/config.ts";
import { nameProblems, valueProblems } from "../config/parse-config.ts";
import { formatProblems, mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";
import { formatSearchName } from "../search-name.ts";
import { COMPOSITION_KEYS } from "./composing/composition-keys.ts";
import { listProblems } from "./distribution-problems.ts";
import { GRID_KEYS, gridProblems } from "./grid/problems.ts";
import { metricProblems } from "./metric.ts";
import { programProblems } from "./program.ts";
import { isRepeats, type Schedule, withSeeds } from "./schedule.ts";
import { randomProblems } from "./space-problems.ts";
import { unknownVolatile, volatileProblems } from "./volatile.ts";

const COMMON_KEYS = [
  "$schema",
  "kind",
  "algNames",
  "taskNames",
  "seeds",
  "repeats",
  "defaults",
  "program",
  "metric",
  "samplerSeed",
  ...COMPOSITION_KEYS,
  "volatile",
];
const KEYS = {
  grid: [...COMMON_KEYS, ...GRID_KEYS, "sample"],
  random: [...COMMON_KEYS, "space", "nExperiments", "design", "scramble"],
};
/** The keys that a schedule of any kind may have. */
export const SCHEDULE_KEYS: readonly string[] = [...new Set([...KEYS.grid, ...KEYS.random])];

/**
 * A schedule as a file holds it, checked. JSON and YAML files may leave `kind` out.
 * @param source - path, for the message only
 * @throws UserError `schedule-invalid`, naming everything that is wrong
 */
export function checkSchedule(value: unknown, source: string): Schedule {
  const problems = scheduleProblems(value);
  if (problems.length > 0 || !isConfig(value)) {
    const hint = "Nothing was written. Correct the schedule and prepare again.";
    throw new UserError("schedule-invalid", formatProblems(source, problems), hint);
  }
  return toSchedule(value);
}

/** A schedule in which {@link scheduleProblems} finds nothing, with what may be left out. */
export function toSchedule(value: Config): Schedule {
  // Every key was checked.
  const schedule = { ...value, kind: kindOf(value) } as unknown as Schedule;
  return withSeeds(schedule) as Schedule;
}

/** Everything wrong with the default export of a schedule file; empty if it can be prepared. */
export function scheduleProblems(value: unknown): readonly Problem[] {
  if (!isConfig(value)) {
    const remedy =
      "Write `export default defineGridSchedule({ … })` or defineRandomSchedule; YAML and JSON hold the keys themselves.";
    return [mismatch("", "a schedule as the default export", value, remedy)];
  }
  const kind = kindOf(value);
  if (kind === undefined) {
    const expected = `either one of ${GRID_KEYS.join(", ")} (a grid), or space and nExperiments (random)`;
    return [mismatch("", expected, value)];
  }
  const { program, metric, defaults, samplerSeed, volatile } = value;
  return [
    ...unknownKeys(value, KEYS[kind], ""),
    ...namesProblems(value["algNames"], "algName"),
    ...namesProblems(value["taskNames"], "taskName"),
    ...seedsProblems(value),
    ...defaultsProblems(defaults),
    ...(samplerSeed === undefined || isWhole(samplerSeed)
      ? []
      : [mismatch("samplerSeed", "a whole number from 0 on", samplerSeed)]),
    ...(program === undefined ? [] : programProblems(program, "program")),
    ...(metric === undefined ? [] : metricProblems(metric, "metric")),
    ...(volatile === undefined ? [] : ownVolatileProblems(volatile, defaults)),
    ...(kind === "grid" ? gridProblems(value) : randomProblems(value)),
  ];
}

function kindOf(value: Config): Schedule["kind"] | undefined {
  const { kind } = value;
  if (kind === "grid" || kind === "random") return kind;
  const isGrid = GRID_KEYS.some((key) => key in value);
  if (kind !== undefined || isGrid === "space" in value) return undefined;
  return isGrid ? "grid" : "random";
}

function namesProblems(names: unknown, part: "algName" | "taskName"): readonly Problem[] {
  const place = `${part}s`;
  const problems = listProblems(names, place);
  if (problems.length > 0 || !Array.isArray(names)) return problems;
  return names.flatMap((name: unknown, index) => {
    const here = within(place, index);
    if (typeof name !== "string") return [mismatch(here, "a name", name)];
    const refusal = refusedName(part, name);
    return refusal === undefined ? [] : [{ place: here, message: refusal }];
  });
}

/** Why a name cannot be part of a storage's name, undefined if it can. */
function refusedName(part: "algName" | "taskName", name: string): string | undefined {
  const parts = { id: "xx1", codeVersion: "nogit", algName: "a", taskName: "t", desc: "d" };
  try {
    formatSearchName({ ...parts, kind: "grid", [part]: name });
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} ${error.hint}`;
  }
}

function seedsProblems({ seeds, repeats }: Config): readonly Problem[] {
  if (repeats !== undefined) {
    if (seeds !== undefined) {
      const message =
        "cannot stand beside seeds: repeats: 3 means seeds: [0, 1, 2]. Keep one of them.";
      return [{ place: "repeats", message }];
    }
    if (isRepeats(repeats)) return [];
    return [mismatch("repeats", "a whole number from 1 to 1,000,000", repeats)];
  }
  const problems = listProblems(seeds, "seeds");
  if (problems.length > 0 || !Array.isArray(seeds)) return problems;
  return seeds.flatMap((seed: unknown, index) =>
    isWhole(seed) ? [] : [mismatch(within("seeds", index), "a whole number from 0 on", seed)],
  );
}

const isWhole = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

function ownVolatileProblems(volatile: ConfigValue, defaults: unknown): readonly Problem[] {
  const problems = volatileProblems(volatile, "volatile");
  if (problems.length > 0 || !isConfig(defaults)) return problems;
  // Each was just checked.
  return unknownVolatile(volatile as readonly string[], defaults, "volatile");
}

/** Whatever keeps defaults from being the values of a configuration. */
export function defaultsProblems(defaults: unknown): readonly Problem[] {
  if (!isConfig(defaults)) {
    const remedy =
      "Give every parameter of the program with its default: defaults: getRunArgs(). Or say what the configurations extend.";
    return [mismatch("defaults", "an object", defaults, remedy)];
  }
  const problems = valueProblems(defaults, "defaults");
  return problems.length > 0 ? problems : nameProblems(defaults, "defaults");
}
