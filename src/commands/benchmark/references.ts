import { resolve } from "node:path";

import type { Reference } from "../../core/analysis/tasks/normalise.ts";
import { minMaxReferences } from "../../core/analysis/tasks/normalise.ts";
import type { TaskScores } from "../../core/analysis/tasks/task-scores.ts";
import { isConfig } from "../../core/config/config.ts";
import { parseJson } from "../../core/config/parse-config.ts";
import {
  formatProblems,
  mismatch,
  type Problem,
  unknownKeys,
  within,
} from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";

/** How scores of different tasks are put on one scale, and what captions say of it. */
export type Normalisation = {
  readonly references: ReadonlyMap<string, Reference>;
  readonly caption: string;
  /** Whether 1 is a score that somebody called good enough. */
  readonly hasGoal: boolean;
};

const HINT =
  'For each task the scores that count as 0 and as 1: {"digits": {"zero": 0.1, "one": 0.98}}; or --normalise min_max, or none.';

/**
 * What `--normalise` says.
 * @param choice - `min_max`, `none`, or the path of a JSON file
 * @param models - their scores on each task
 * @throws UserError `not-found`, `config-invalid` for a file that cannot be used
 */
export function chooseNormalisation(
  choice: string,
  models: readonly TaskScores[],
  direction: "maximise" | "minimise",
  host: Pick<Host, "files" | "workingFolder">,
): Normalisation {
  const tasks = [...new Set(models.flatMap((model) => model.map(({ task }) => task)))];
  if (choice === "min_max") {
    return {
      references: minMaxReferences(models, direction),
      caption:
        "Normalised on each task: the worst run of all models counts as 0, the best as 1, so that the numbers depend on which models are compared.",
      hasGoal: true,
    };
  }
  if (choice === "none") {
    const one = direction === "maximise" ? 1 : -1;
    const sign = one === 1 ? "" : ", with their sign turned: more is better";
    return {
      references: new Map(tasks.map((task) => [task, { zero: 0, one }])),
      caption: `Scores as they are, not normalised${sign}.`,
      hasGoal: false,
    };
  }
  const path = resolve(host.workingFolder, choice);
  const references = readReferences(path, tasks, host);
  const said = tasks.map((task) => {
    const { zero = Number.NaN, one = Number.NaN } = references.get(task) ?? {};
    return `${task} ${zero} and ${one}`;
  });
  return {
    references,
    caption: `Normalised: 0 and 1 are, on ${said.join("; on ")}.`,
    hasGoal: true,
  };
}

function readReferences(
  path: string,
  tasks: readonly string[],
  { files }: Pick<Host, "files">,
): ReadonlyMap<string, Reference> {
  const text = files.read(path);
  if (text === undefined) {
    throw new UserError("not-found", `--normalise: there is no file ${path}.`, HINT);
  }
  const value = parseJson(text, path);
  const problems = referenceProblems(value, tasks);
  if (problems.length > 0)
    throw new UserError("config-invalid", formatProblems(path, problems), HINT);
  // Every entry was just checked.
  return new Map(Object.entries(value as Readonly<Record<string, Reference>>));
}

function referenceProblems(value: unknown, tasks: readonly string[]): readonly Problem[] {
  if (!isConfig(value)) return [mismatch("", "one JSON object", value)];
  const missing = tasks.filter((task) => !Object.hasOwn(value, task));
  return [
    ...missing.map((task) => mismatch(task, "the scores that count as 0 and 1", undefined)),
    ...Object.entries(value).flatMap(([task, reference]) => {
      if (!isConfig(reference)) return [mismatch(task, '{"zero": …, "one": …}', reference)];
      const { zero, one } = reference;
      const isSame = typeof zero === "number" && zero === one;
      return [
        ...unknownKeys(reference, ["zero", "one"], task),
        ...Object.entries({ zero, one }).flatMap(([key, number]) =>
          typeof number === "number" && Number.isFinite(number)
            ? []
            : [mismatch(within(task, key), "a finite number", number)],
        ),
        ...(isSame ? [mismatch(within(task, "one"), "another number than zero", one)] : []),
      ];
    }),
  ];
}
