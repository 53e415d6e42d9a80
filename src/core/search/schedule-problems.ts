import { UserError } from "../../errors.ts";
import { type Config, isConfig, pathsOf, RESERVED_NAMES, valueAt } from "../config/config.ts";
import { nameProblems, valueProblems } from "../config/parse-config.ts";
import {
  formatProblems,
  mismatch,
  type Problem,
  suggestion,
  unknownKeys,
  within,
} from "../config/problems.ts";
import { formatSearchName } from "../search-name.ts";
import { distributionProblems, listProblems } from "./distribution-problems.ts";
import { metricProblems } from "./metric.ts";
import { programProblems } from "./program.ts";
import { countSpace } from "./sampling.ts";
import type { Schedule } from "./schedule.ts";

const COMMON_KEYS = ["kind", "algNames", "taskNames", "seeds", "defaults", "program", "metric"];
const KEYS = {
  grid: [...COMMON_KEYS, "variations"],
  random: [...COMMON_KEYS, "space", "nExperiments", "samplerSeed"],
};

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
  // Every key was just checked.
  return { ...value, kind: kindOf(value) } as unknown as Schedule;
}

/** Everything wrong with the default export of a schedule file; empty if it can be prepared. */
export function scheduleProblems(value: unknown): readonly Problem[] {
  if (!isConfig(value)) {
    const remedy = "Write `export default defineGridSchedule({ … })` or defineRandomSchedule.";
    return [mismatch("", "a schedule as the default export", value, remedy)];
  }
  const kind = kindOf(value);
  if (kind === undefined) {
    const expected = 'either "variations" (a grid) or "space" and "nExperiments" (random)';
    return [mismatch("", expected, value)];
  }
  const { program, metric, seeds, defaults } = value;
  return [
    ...unknownKeys(value, KEYS[kind], ""),
    ...namesProblems(value["algNames"], "algName"),
    ...namesProblems(value["taskNames"], "taskName"),
    ...seedsProblems(seeds),
    ...defaultsProblems(defaults),
    ...(program === undefined ? [] : programProblems(program, "program")),
    ...(metric === undefined ? [] : metricProblems(metric, "metric")),
    ...(kind === "grid" ? gridProblems(value) : randomProblems(value)),
  ];
}

function kindOf(value: Config): Schedule["kind"] | undefined {
  const { kind } = value;
  if (kind === "grid" || kind === "random") return kind;
  if (kind !== undefined || "variations" in value === "space" in value) return undefined;
  return "variations" in value ? "grid" : "random";
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

function seedsProblems(seeds: unknown): readonly Problem[] {
  const problems = listProblems(seeds, "seeds");
  if (problems.length > 0 || !Array.isArray(seeds)) return problems;
  return seeds.flatMap((seed: unknown, index) =>
    Number.isSafeInteger(seed) && Number(seed) >= 0
      ? []
      : [mismatch(within("seeds", index), "a whole number from 0 on", seed)],
  );
}

function defaultsProblems(defaults: unknown): readonly Problem[] {
  if (!isConfig(defaults)) {
    const remedy = "Give every parameter of the program with its default: defaults: getRunArgs().";
    return [mismatch("defaults", "an object", defaults, remedy)];
  }
  const problems = valueProblems(defaults, "defaults");
  return problems.length > 0 ? problems : nameProblems(defaults, "defaults");
}

function gridProblems({ variations, defaults }: Config): readonly Problem[] {
  if (!isConfig(variations)) return [mismatch("variations", "an object", variations)];
  return [
    ...variedProblems(variations, defaults, "variations"),
    ...Object.entries(variations).flatMap(([name, values]) =>
      listProblems(values, within("variations", name)),
    ),
  ];
}

function randomProblems(schedule: Config): readonly Problem[] {
  const { space, defaults, nExperiments, samplerSeed } = schedule;
  const problems: Problem[] = [];
  const isCount = Number.isSafeInteger(nExperiments) && Number(nExperiments) > 0;
  if (!isCount) problems.push(mismatch("nExperiments", "a whole number above 0", nExperiments));
  if (samplerSeed !== undefined && !(Number.isSafeInteger(samplerSeed) && Number(samplerSeed) >= 0))
    problems.push(mismatch("samplerSeed", "a whole number from 0 on", samplerSeed));
  if (!isConfig(space)) return [...problems, mismatch("space", "an object", space)];
  problems.push(...variedProblems(space, defaults, "space"));
  const wrong = Object.entries(space).flatMap(([name, distribution]) =>
    distributionProblems(distribution, within("space", name)),
  );
  if (wrong.length > 0 || !isCount) return [...problems, ...wrong];
  // Every distribution was just checked.
  const size = countSpace(space as unknown as Parameters<typeof countSpace>[0]);
  if (size < Number(nExperiments)) {
    const expected = `at most ${size}, the number of different experiments in the space`;
    problems.push(mismatch("nExperiments", expected, nExperiments));
  }
  return problems;
}

/** Whatever is wrong with the names that are varied. */
function variedProblems(varied: Config, defaults: unknown, place: string): readonly Problem[] {
  const names = Object.keys(varied);
  // What is wrong with them is said elsewhere; they may be deeper than anything can be.
  const isKnown = isConfig(defaults) && defaultsProblems(defaults).length === 0;
  const known = isKnown ? pathsOf(defaults) : undefined;
  return names.flatMap((name) => {
    const here = within(place, name);
    if (RESERVED_NAMES.includes(name)) {
      const remedy = `Say it by algNames, taskNames, seeds or --desc.`;
      return [{ place: here, message: `is set by the schedule and cannot be varied. ${remedy}` }];
    }
    const outer = names.find((other) => name.startsWith(`${other}.`));
    if (outer !== undefined) {
      return [{ place: here, message: `is part of ${JSON.stringify(outer)}, which varies too.` }];
    }
    if (known === undefined || !isConfig(defaults)) return [];
    if (valueAt(defaults, name) !== undefined) return [];
    const near = suggestion(name, known);
    return [{ place: here, message: `is not a parameter of the defaults.${near}` }];
  });
}
