import { UserError } from "../../errors.ts";
import type { Scheduler } from "./scheduler.ts";

/** A scheduler of one's own, for the module that `--scheduler <path>` names: it gives the types. */
export const defineScheduler = (scheduler: Scheduler): Scheduler => scheduler;

const TEXTS = ["name", "prefix", "jobVariable"] as const;
const FUNCTIONS = [
  "directives",
  "submit",
  "parseSubmission",
  "ask",
  "parseStates",
  "cancel",
] as const;

/** What a module exports, as a scheduler. @param source - path, for the message only. @throws UserError `config-invalid` */
export function checkScheduler(value: unknown, source: string): Scheduler {
  const given = (typeof value === "object" && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >;
  const missing = [
    ...TEXTS.filter((name) => typeof given[name] !== "string").map((name) => `${name} (a text)`),
    ...FUNCTIONS.filter((name) => typeof given[name] !== "function").map((name) => `${name}()`),
  ];
  // Every part was just seen to be there.
  if (missing.length === 0) return value as Scheduler;
  throw new UserError(
    "config-invalid",
    `${source} has no scheduler as its default export: ${missing.join(", ")} are missing.`,
    "Export default defineScheduler({ … }), as docs/clusters.md shows.",
  );
}
