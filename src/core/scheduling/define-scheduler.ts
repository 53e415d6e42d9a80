import { UserError } from "../../errors.ts";
import { guardScheduler, isCommand } from "./guarded-scheduler.ts";
import type { Scheduler } from "./scheduler.ts";

/** A scheduler of one's own, for the module that `--scheduler <path>` names: it gives the types. */
export const defineScheduler = (scheduler: Scheduler): Scheduler => scheduler;

const FUNCTIONS = [
  "directives",
  "submit",
  "parseSubmission",
  "ask",
  "parseStates",
  "cancel",
] as const;

/**
 * What a module exports, as a scheduler whose functions are checked whenever they are called.
 * @param source - path, for messages only
 * @throws UserError `config-invalid`
 */
export function checkScheduler(value: unknown, source: string): Scheduler {
  const given = (typeof value === "object" && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  const wrong = [
    ...PARTS.filter(([name, isRight]) => !isRight(given[name])).map(
      ([name, , what]) => `${name} (${what})`,
    ),
    ...FUNCTIONS.filter((name) => typeof given[name] !== "function").map((name) => `${name}()`),
  ];
  // Every part was just seen to be there.
  if (wrong.length === 0) return guardScheduler(value as Scheduler, source);
  throw new UserError(
    "config-invalid",
    `${source} has no scheduler as its default export: ${wrong.join(", ")} are missing, or something else.`,
    "Export default defineScheduler({ … }), as docs/clusters.md shows.",
  );
}

/** What is no function, and what it has to be. */
const PARTS: readonly (readonly [string, (value: unknown) => boolean, string])[] = [
  ["name", (value) => isLine(value, /^\S.*$/), "a text"],
  // The shell reads the script, too.
  ["prefix", (value) => isLine(value, /^#.*$/), 'a text such as "#QUEUE"'],
  ["jobVariable", (value) => isLine(value, /^[A-Za-z_][\w.$-]*$/), "a name of a variable"],
  ["jobEnd", (value) => value === undefined || hasFunctions(value, ["ask", "parse"]), "functions"],
  [
    "arrayLimit",
    (value) =>
      value === undefined ||
      (hasFunctions(value, ["parse"]) && isCommand((value as Readonly<{ ask?: unknown }>).ask)),
    "a command and a function",
  ],
  ["submitLimit", (value) => value === undefined || value instanceof RegExp, "a pattern"],
  ["remedies", (value) => value === undefined || isRemedies(value), "pairs of pattern and text"],
];

const isLine = (value: unknown, form: RegExp) => typeof value === "string" && form.test(value);

const hasFunctions = (value: unknown, names: readonly string[]) =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === "function");

const isRemedies = (value: unknown) =>
  Array.isArray(value) &&
  value.every(
    (pair: unknown) =>
      Array.isArray(pair) && pair[0] instanceof RegExp && typeof pair[1] === "string",
  );
