import type { Config } from "../../core/config/config.ts";
import { configIdentity } from "../../core/config/identity.ts";
import { formatValue } from "../../core/config/overrides/format-override.ts";
import { formatProblems, type Problem } from "../../core/config/problems.ts";
import { counted } from "../../core/counted.ts";
import { schemaProblems } from "../../core/search/composing/config-schema.ts";
import type { SearchLabels } from "../../core/search/composing/search-composer.ts";
import { newExperiments } from "../../core/search/experiments.ts";
import { UserError } from "../../errors.ts";
import type { PlannedExperiment } from "./storage-report.ts";
import type { PrepareRequest } from "./request.ts";

/** A storage's labels, and the seed of its sampler if it has one. */
export type CheckedStorage = { readonly name: SearchLabels; readonly samplerSeed: number | null };

/** A problem, the values of the first experiment that has it, and how many have it. */
type Found = { readonly problem: Problem; readonly values: Config; count: number };

/**
 * Puts the configurations of all experiments together, and keeps none: whatever is wrong in one of
 * them shows before anything is written.
 * @throws UserError `schedule-invalid`, with every problem once
 */
export async function checkConfigurations(
  { search, schedule, scheduleFile, volatile }: PrepareRequest,
  storages: readonly CheckedStorage[],
): Promise<void> {
  const { isLate, mayRepeat, schema, configOf } = search;
  if (!isLate && schema === undefined) return;
  const found = new Map<string, Found>();
  let total = 0;
  for (const { name, samplerSeed } of storages) {
    const known = new Map<string, Config>();
    for (const { values } of newExperiments(schedule, samplerSeed ?? Number.NaN)) {
      total += 1;
      const { config, problems } = configOf(values, labelsOf(name));
      const more = schema === undefined ? [] : await schemaProblems(config, schema);
      const twice = mayRepeat
        ? repeatProblems(configIdentity(config, volatile), values, known)
        : [];
      for (const problem of [...problems, ...more, ...twice]) note(problem, values, found);
    }
  }
  if (found.size === 0) return;
  throw refusal(
    scheduleFile,
    [...found.values()].map((one) => described(one, total)),
  );
}

/**
 * Holds configurations that are about to be added against the schema, if there is one.
 * @throws UserError `schedule-invalid`, with every problem once
 */
export async function checkAdded(
  { search: { schema }, scheduleFile }: PrepareRequest,
  experiments: readonly PlannedExperiment[],
): Promise<void> {
  if (schema === undefined) return;
  const found = new Map<string, Found>();
  for (const { config, values } of experiments) {
    for (const problem of await schemaProblems(config, schema)) note(problem, values, found);
  }
  if (found.size === 0) return;
  const problems = [...found.values()].map((one) => described(one, experiments.length));
  throw refusal(scheduleFile, problems);
}

/** What a storage's name says that its configurations have as well. */
export function labelsOf({ algName, taskName, desc }: SearchLabels): SearchLabels {
  return { algName, taskName, desc };
}

/** The configuration of one experiment. @throws UserError `schedule-invalid` if something is wrong */
export function soundConfig(
  { search, scheduleFile }: PrepareRequest,
  values: Config,
  labels: SearchLabels,
): Config {
  const { config, problems } = search.configOf(values, labels);
  if (problems.length === 0) return config;
  const found = problems.map((problem) => described({ problem, values, count: 1 }, 2));
  throw refusal(scheduleFile, found);
}

function note(problem: Problem, values: Config, found: Map<string, Found>): void {
  const { place, message, origin } = problem;
  const key = JSON.stringify([place, message, origin]);
  const known = found.get(key);
  if (known === undefined) found.set(key, { problem, values, count: 1 });
  else known.count += 1;
}

/** Which experiments a problem is about, if it is not about all. */
function described({ problem, values, count }: Found, total: number): Problem {
  const entries = Object.entries(values);
  if (count === total || entries.length === 0) return problem;
  const first = entries.map(([name, value]) => `${name}=${formatValue(value)}`).join(" ");
  const which = `In ${counted(count, "experiment")} of ${total}, first in ${first}.`;
  const { message } = problem;
  return { ...problem, message: `${message}${/[.!?]$/.test(message) ? "" : "."} ${which}` };
}

function repeatProblems(
  identity: string,
  values: Config,
  known: Map<string, Config>,
): readonly Problem[] {
  const other = known.get(identity);
  if (other === undefined) {
    known.set(identity, values);
    return [];
  }
  const remedy = "Exclude one of them, or let what does not exist everywhere vary `when` it does.";
  const message = `two experiments come to the same configuration: ${JSON.stringify(other)} and ${JSON.stringify(values)}.`;
  return [{ place: "", message, remedy }];
}

function refusal(scheduleFile: string, problems: readonly Problem[]): UserError {
  const hint = "Nothing was written. Correct the schedule and prepare again.";
  return new UserError("schedule-invalid", formatProblems(scheduleFile, problems), hint);
}
