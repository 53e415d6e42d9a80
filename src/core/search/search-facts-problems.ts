import { isConfig } from "../config/config.ts";
import { valueProblems } from "../config/parse-config.ts";
import { mismatch, type Problem, unknownKeys, within } from "../config/problems.ts";
import { SEARCH_KINDS } from "../search-name.ts";
import { copiedProblems } from "./copying/copied-from.ts";
import { DESIGNS } from "./designs/design.ts";
import { metricProblems } from "./metric.ts";
import { programProblems } from "./program.ts";
import { retrainedProblems } from "./retraining/retrained-from.ts";
import { volatileProblems } from "./volatile.ts";

const NAME_PARTS = ["id", "codeVersion", "algName", "taskName", "desc"];

/** Whatever keeps the value of a `search.json` from being `SearchFacts`. Keys of later versions pass. */
export function searchFactsProblems(value: unknown): readonly Problem[] {
  if (!isConfig(value)) return [mismatch("", "one JSON object", value)];
  const { schemaVersion, name, metric, repositories, samplerSeed, seeds, defaults } = value;
  if (schemaVersion !== 1) {
    const remedy = "Use the version of hatchery that prepared the search.";
    return [mismatch("schemaVersion", "1", schemaVersion, remedy)];
  }
  const data = valueProblems(value, "");
  // Nothing deeper than data can be is looked into.
  if (data.length > 0) return data;
  const problems = [...nameProblems(name), ...ownProgramProblems(value["program"])];
  if (metric !== null) problems.push(...metricProblems(metric, "metric"));
  for (const key of ["project", "schedule", "createdAt"]) {
    if (!isPath(value[key])) problems.push(mismatch(key, "a text", value[key]));
  }
  if (!Array.isArray(repositories) || !repositories.every(isRepositoryState)) {
    problems.push(mismatch("repositories", "a list of path, commit and diffHash", repositories));
  }
  if (samplerSeed !== null && !Number.isSafeInteger(samplerSeed)) {
    problems.push(mismatch("samplerSeed", "a whole number or null", samplerSeed));
  }
  const { design, scramble } = value;
  if (design !== undefined && !["grid", "sampleOfGrid", ...DESIGNS].some((one) => one === design)) {
    const remedy = "Use the version of hatchery that prepared the search.";
    problems.push(mismatch("design", "a known design", design, remedy));
  }
  if (scramble !== undefined && typeof scramble !== "boolean") {
    problems.push(mismatch("scramble", "true or false", scramble));
  }
  if (!Array.isArray(seeds) || !seeds.every(Number.isSafeInteger)) {
    problems.push(mismatch("seeds", "a list of whole numbers", seeds));
  }
  if (!isConfig(defaults)) problems.push(mismatch("defaults", "an object", defaults));
  const { retrained, volatile, copied } = value;
  const { overrides = [], derived = [], machineFiles = [] } = value;
  for (const [key, texts] of Object.entries({ overrides, derived, machineFiles })) {
    if (Array.isArray(texts) && texts.every(isPath)) continue;
    problems.push(mismatch(key, "a list of texts", texts));
  }
  if (volatile !== undefined) problems.push(...volatileProblems(volatile, "volatile"));
  if (copied !== undefined) problems.push(...copiedProblems(copied, "copied"));
  if (retrained !== undefined) problems.push(...retrainedProblems(retrained, "retrained"));
  return problems;
}

/** Schedules cannot ask for the last kind; logs of scripts have it. */
function ownProgramProblems(program: unknown): readonly Problem[] {
  const isOwn = isConfig(program) && program["ownCommand"] === true;
  return isOwn
    ? unknownKeys(program, ["ownCommand"], "program")
    : programProblems(program, "program");
}

function nameProblems(name: unknown): readonly Problem[] {
  if (!isConfig(name)) return [mismatch("name", "an object", name)];
  const { kind } = name;
  const isKind = SEARCH_KINDS.some((one) => one === kind);
  return [
    ...(isKind ? [] : [mismatch("name.kind", `one of ${SEARCH_KINDS.join(", ")}`, kind)]),
    ...NAME_PARTS.filter((part) => typeof name[part] !== "string").map((part) =>
      mismatch(within("name", part), "a text", name[part]),
    ),
  ];
}

function isRepositoryState(value: unknown): boolean {
  if (!isConfig(value)) return false;
  const { path, commit, diffHash } = value;
  return isPath(path) && isTextOrNull(commit) && isTextOrNull(diffHash);
}

/** A NUL ends a path for the system, wherever it stands. */
const isPath = (value: unknown) => typeof value === "string" && !value.includes("\0");
const isTextOrNull = (value: unknown) => value === null || typeof value === "string";
