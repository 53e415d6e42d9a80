import { dirname, join } from "node:path";

import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  flagsAmong,
  type Owner,
  PENDING_FLAG,
  resettingFlag,
  runningFlag,
} from "../../src/core/run-state.ts";
import { publish, readRecord, recordFile, unpublishedTokens } from "../../src/tree/attempts.ts";
import { type Cleaner, type Judgement, type Reset, reset } from "../../src/tree/reset.ts";
import { claim, settle } from "../../src/tree/run-folder.ts";
import {
  fill,
  list,
  type Operation,
  remove,
  rename,
  type Steps,
  write,
} from "../../src/tree/steps.ts";
import type { ModelSteps, Variant } from "./players.ts";
import type { ModelSize } from "./search.ts";

/** A rule of the protocol left out, and what the search has to find then. */
export type BrokenVariant = {
  readonly name: string;
  readonly variant: Partial<Variant>;
  /** What is needed to see it, beyond `SMALL`. */
  readonly size: Partial<ModelSize>;
  readonly breaks: RegExp;
};

/** The smallest model in which somebody takes a run over from somebody. */
export const SMALL: ModelSize = {
  workers: 2,
  cleaners: 1,
  runs: 1,
  crashes: 0,
  pauses: 0,
  claims: [1],
  looks: 1,
  outcomes: ["completed"],
  start: "pending",
};

export const BROKEN_VARIANTS: readonly BrokenVariant[] = [
  {
    name: "a claim unlinks, then creates",
    variant: {
      *claim(folder, owner) {
        yield* remove(join(folder, PENDING_FLAG));
        yield* write(join(folder, runningFlag(owner)), "\n");
        return { folder, owner, attempt: 1 };
      },
    },
    size: {},
    breaks: /^flags: \[\]/,
  },
  {
    name: "COMPLETED is written without renaming the own flag",
    variant: {
      *settle({ folder, owner }) {
        yield* write(join(folder, COMPLETED_FLAG), "\n");
        yield* remove(join(folder, runningFlag(owner)));
        return "settled";
      },
    },
    size: {},
    breaks: /^flags: \[COMPLETED, OPENED/,
  },
  {
    name: "whoever is done marks the run, whosever flag is there",
    variant: {
      *settle(held, record) {
        const [flag = ""] = flagsAmong(yield* list(held.folder));
        if (flag === runningFlag(held.owner)) return yield* settle(held, record);
        yield* rename(join(held.folder, flag), join(held.folder, COMPLETED_FLAG));
        return "settled";
      },
    },
    size: { pauses: 1 },
    breaks: /was told that it settled: COMPLETED/,
  },
  {
    name: "a record is written through a flag that was renamed meanwhile",
    variant: {
      *settle(held, record): ModelSteps<"settled" | "fenced"> {
        yield { kind: "writeThrough", text: JSON.stringify(record) };
        return yield* settle(held, record);
      },
    },
    size: { workers: 1, pauses: 1 },
    breaks: /wrote into (UNHATCHED|OPENED)/,
  },
  {
    name: "the words for CRASH are written when it is CRASH",
    variant: {
      *settle(held, record): ModelSteps<"settled" | "fenced"> {
        const steps = settle(held, record);
        const isFill = ({ kind }: Operation) => kind === "fill";
        const settlement = yield* alter(steps, (next) => (isFill(next) ? "skip" : next));
        yield* fill(join(held.folder, CRASHED_FLAG), "words");
        return settlement;
      },
    },
    size: { outcomes: ["crashed"] },
    breaks: /wrote into (CRASH|RESETTING|OPENED)/,
  },
  {
    name: "nobody ends the program of a worker that is stopped",
    variant: { supervised: false },
    size: { pauses: 1 },
    breaks: /^2 programs execute the same run/,
  },
  {
    name: "one look is enough to expire an owner, whatever the server's clock does",
    variant: { secondLook: false },
    size: {},
    breaks: /an owner that lives was declared dead/,
  },
  {
    name: "a cleaner does not look again when it has the flag",
    variant: { reset: blind },
    size: { workers: 1, cleaners: 2, outcomes: ["crashed"], start: "crashed" },
    breaks: /a file of a later attempt was taken away/,
  },
  {
    name: "a token is used twice",
    variant: { freshTokens: false },
    size: { workers: 1, claims: [2], looks: 2, crashes: 1, pauses: 1 },
    breaks: /settled, but has only/,
  },
  {
    name: "a reset removes files where they lie, without a desk",
    variant: {
      reset: altered((operation) =>
        operation.kind === "rename" && dirname(operation.to).includes(".reset.")
          ? { kind: "remove", path: operation.from }
          : operation,
      ),
    },
    size: { workers: 1, cleaners: 2, pauses: 1, start: "held" },
    breaks: /a file of a later attempt was taken away/,
  },
  {
    name: "a reset has no plan",
    variant: {
      reset: altered((operation) =>
        operation.kind === "write" && operation.path.endsWith("plan.json") ? "skip" : operation,
      ),
    },
    size: { workers: 1, cleaners: 2, pauses: 1, start: "held" },
    breaks: /lost its run without a record/,
  },
  {
    name: "who takes a reset over leaves the former cleaner its desk",
    variant: {
      reset: altered((operation, by) =>
        operation.kind === "remove" && !operation.path.includes(by.token) ? "skip" : operation,
      ),
    },
    size: { workers: 1, cleaners: 2, pauses: 1, start: "held" },
    breaks: /a file of a later attempt was taken away/,
  },
  {
    name: "a reset leaves no record of the attempt that it voids",
    variant: {
      reset: altered((operation, by) => {
        const draft = `${recordFile(by.token)}.tmp`;
        const isDraft = "path" in operation && operation.path.endsWith(draft);
        const isShown = operation.kind === "rename" && operation.from.endsWith(draft);
        return isDraft || isShown ? "skip" : operation;
      }),
    },
    size: { start: "held" },
    breaks: /lost its run without a record/,
  },
  {
    name: "attempts are published without counting",
    variant: {
      *claim(folder, owner) {
        const held = yield* claim(folder, owner);
        for (const token of unpublishedTokens(yield* list(folder))) {
          const record = yield* readRecord(join(folder, recordFile(token)));
          if (record !== undefined) yield* publish(folder, token, record.attempt);
        }
        return held;
      },
    },
    size: { pauses: 1 },
    breaks: /^logger\.out is .* who goes on/,
  },
];

/** A reset that believes to see, when it looks again, what it saw when it judged. */
function* blind(judgement: Judgement, by: Cleaner): Steps<Reset> {
  const steps = reset(judgement, by);
  let next = steps.next();
  while (next.done !== true) {
    const outcome = yield next.value;
    const isListing = next.value.kind === "list" && outcome.ok;
    const names = [...judgement.names, resettingFlag(by.owner)];
    next = steps.next(isListing ? { ok: true, value: names } : outcome);
  }
  return next.value;
}

/** A reset of which some operations are carried out in another way, or not at all. */
function altered(change: (operation: Operation, by: Owner) => Operation | "skip"): typeof reset {
  return (judgement, by) => alter(reset(judgement, by), (operation) => change(operation, by.owner));
}

function* alter<Result>(
  steps: Steps<Result>,
  change: (operation: Operation) => Operation | "skip",
): Steps<Result> {
  let next = steps.next();
  while (next.done !== true) {
    const operation = change(next.value);
    next = steps.next(operation === "skip" ? { ok: true, value: undefined } : yield operation);
  }
  return next.value;
}
