import { resolve } from "node:path";

import { isConfig } from "../../core/config/config.ts";
import { parseJson } from "../../core/config/parse-config.ts";
import { formatProblems, mismatch, type Problem, within } from "../../core/config/problems.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { parseExperiment } from "../../tree/paths.ts";

/** Which experiments of which storages a person wants to be retrained. */
export type Mapping = {
  /** Absolute; for messages. */
  readonly file: string;
  /** Numbers of experiments, by their storages' names. */
  readonly experiments: ReadonlyMap<string, readonly number[]>;
};

const EXAMPLE = 'a number such as 12, "experiment12", or a list of them';

/** What a mapping file says. @throws UserError `not-found`, `config-invalid` */
export function readMapping(
  path: string,
  { files, workingFolder }: Pick<Host, "files" | "workingFolder">,
): Mapping {
  const file = resolve(workingFolder, path);
  const text = files.read(file, { orPipe: true });
  const hint = 'For example { "ju12_f7b375e_mlp_digits_grid_first": 12 }.';
  if (text === undefined) {
    throw new UserError("not-found", `There is no mapping file ${file}.`, hint);
  }
  const value = parseJson(text, file);
  if (!isConfig(value) || Object.keys(value).length === 0) {
    const problem = mismatch("", "an object: storage → experiment", value);
    throw new UserError("config-invalid", formatProblems(file, [problem]), hint);
  }
  const experiments = new Map<string, readonly number[]>();
  const problems: Problem[] = [];
  for (const [storage, named] of Object.entries(value)) {
    const numbers = experimentNumbers(named);
    if (numbers === undefined) problems.push(mismatch(within("", storage), EXAMPLE, named));
    else experiments.set(storage, numbers);
  }
  if (problems.length > 0) {
    throw new UserError("config-invalid", formatProblems(file, problems), hint);
  }
  return { file, experiments };
}

/** Undefined for what names none; each once. */
function experimentNumbers(named: unknown): readonly number[] | undefined {
  const list: readonly unknown[] = Array.isArray(named) ? named : [named];
  const numbers = list.map((one) =>
    typeof one === "number"
      ? parseExperiment(`experiment${one}`)
      : typeof one === "string"
        ? (parseExperiment(one) ?? parseExperiment(`experiment${one}`))
        : undefined,
  );
  const found = numbers.filter((one) => one !== undefined);
  return found.length === list.length && found.length > 0 ? [...new Set(found)] : undefined;
}
