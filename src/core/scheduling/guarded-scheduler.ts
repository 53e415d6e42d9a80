import { UserError } from "../../errors.ts";
import { isConfig } from "../config/config.ts";
import { show } from "../config/problems.ts";
import { isJobId } from "./job-id.ts";
import type { Scheduler } from "./scheduler.ts";

/**
 * A scheduler of a user's own whose functions are checked whenever they are called: a module may throw,
 * or give anything. A worker then does without the scheduler's word, and a person is told.
 * @param source - path of the module, for messages only
 * @returns functions that throw UserError `config-invalid`, naming themselves
 */
export function guardScheduler(own: Scheduler, source: string): Scheduler {
  const guard =
    <Given extends unknown[], Result>(
      name: string,
      act: (...given: Given) => Result,
      { isRight, what }: Expected,
    ) =>
    (...given: Given): Result => {
      const result = attempt(() => act.apply(own, given), name, source);
      if (isRight(result)) return result;
      throw refusal(source, `${name}() gave ${show(result)}, where ${what} is expected.`);
    };
  const { jobEnd, arrayLimit } = own;
  return {
    ...own,
    directives: guard("directives", own.directives, TEXTS),
    submit: guard("submit", own.submit, COMMAND),
    parseSubmission: guard("parseSubmission", own.parseSubmission, IDS),
    ask: guard("ask", own.ask, COMMAND),
    parseStates: guard("parseStates", own.parseStates, STATES),
    cancel: guard("cancel", own.cancel, COMMANDS),
    ...(jobEnd === undefined
      ? {}
      : {
          jobEnd: {
            ask: guard("jobEnd.ask", jobEnd.ask, COMMAND),
            parse: guard("jobEnd.parse", jobEnd.parse, NUMBER),
          },
        }),
    ...(arrayLimit === undefined
      ? {}
      : {
          arrayLimit: { ...arrayLimit, parse: guard("arrayLimit.parse", arrayLimit.parse, SIZE) },
        }),
  };
}

type Expected = { readonly isRight: (value: unknown) => boolean; readonly what: string };

const isText = (value: unknown) => typeof value === "string";
const isListOf = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(isRight);
const isAbsentOr = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || isRight(value);

const areWords = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value[0] !== "" && value.every(isText);

/** Whether a value is a {@link SchedulerCommand}. */
export function isCommand(value: unknown): boolean {
  if (!isConfig(value)) return false;
  const { command, inputFile, codes, otherwise } = value;
  return (
    areWords(command) &&
    isAbsentOr(isText)(inputFile) &&
    isAbsentOr(isListOf(Number.isInteger))(codes) &&
    isAbsentOr(isOtherwise)(otherwise)
  );
}

function isOtherwise(value: unknown): boolean {
  return (
    isConfig(value) &&
    (value["complaint"] as unknown) instanceof RegExp &&
    areWords(value["command"])
  );
}

function isState(value: unknown): boolean {
  if (!isConfig(value)) return false;
  const { id, submission, phase, word, reason, cluster, restarts, count } = value;
  return (
    [id, submission, word, reason].every(isText) &&
    ["pending", "running", "ended", "doubtful"].some((one) => one === phase) &&
    isAbsentOr(isText)(cluster) &&
    isAbsentOr(Number.isInteger)(restarts) &&
    Number.isInteger(count) &&
    Number(count) >= 1
  );
}

const TEXTS: Expected = { isRight: isListOf(isText), what: "a list of texts" };
const COMMAND: Expected = { isRight: isCommand, what: '{ command: ["program", "argument"] }' };
const COMMANDS: Expected = {
  isRight: (value) => isCommand(value) || isListOf(isCommand)(value),
  what: `${COMMAND.what}, or a list of such,`,
};
const IDS: Expected = {
  isRight: isAbsentOr((value) => isListOf(isJobId)(value)),
  what: 'a list of ids such as "12" or "12.server", or undefined,',
};
const STATES: Expected = {
  isRight: isListOf(isState),
  what: "a list of { id, submission, phase, word, reason, cluster, restarts, count }",
};
const NUMBER: Expected = { isRight: isAbsentOr(Number.isFinite), what: "a number, or undefined," };
const SIZE: Expected = {
  isRight: isAbsentOr((value) => Number.isInteger(value) && Number(value) >= 1),
  what: "a whole number ≥ 1, or undefined,",
};

function attempt<Result>(act: () => Result, name: string, source: string): Result {
  try {
    return act();
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : show(cause);
    throw refusal(source, `${name}() failed: ${what}`, cause);
  }
}

const refusal = (source: string, what: string, cause?: unknown) =>
  new UserError(
    "config-invalid",
    `The scheduler ${source}: ${what}`,
    "Correct the module; docs/clusters.md shows one.",
    { cause },
  );
