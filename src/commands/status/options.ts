import type { Argv } from "yargs";

import { suggestion } from "../../core/config/problems.ts";
import { type NumberRanges, parseRanges } from "../../core/number-ranges.ts";
import { RUN_STATES, type RunState, stateOfFlag } from "../../core/run-state.ts";
import { UserError } from "../../errors.ts";
import {
  checkInteger,
  checkNumber,
  parseDuration,
  storageChoice,
  storageOptions,
} from "../options.ts";
import { wasGiven } from "../settings/flags.ts";
import { SETTING_NAMES } from "../settings/names.ts";
import type { StorageChoice } from "../storage-selection.ts";
import type { LogRequest } from "./log.ts";
import type { RunsFilter } from "./runs.ts";

/** What alstatus shows. */
export type StatusView =
  | { readonly kind: "summary" }
  /** Again and again, every so many seconds. */
  | { readonly kind: "watch"; readonly seconds: number }
  | { readonly kind: "runs" }
  | { readonly kind: "errors" }
  | { readonly kind: "explain"; readonly run: string }
  | ({ readonly kind: "log"; readonly run: string } & LogRequest)
  /** @see SETTING_NAMES; `given` by flags */
  | { readonly kind: "config"; readonly given: Readonly<Record<string, unknown>> };

export type StatusOptions = StorageChoice & {
  readonly view: StatusView;
  readonly filter: RunsFilter;
  /** Whether it may print while it runs: neither --json nor --quiet. */
  readonly prints: boolean;
};

const DEFAULT_SECONDS = 5;
const VIEWS = ["watch", "runs", "errors", "explain", "log", "config"] as const;

/** Declares the flags of alstatus and reads them. @throws UserError `usage` */
export async function statusOptions(args: Argv): Promise<StatusOptions> {
  const declared = declare(args);
  const given = await declared.parseAsync();
  const flags: Flags = given;
  const filter = {
    states: flags.state === undefined ? undefined : readStates(flags.state),
    experiments: readRanges("experiment", flags.experiment),
    seeds: readRanges("seed", flags.seed),
    olderThan:
      flags.older_than === undefined ? undefined : parseDuration("older_than", flags.older_than),
  };
  const prints = given["json"] !== true && given["quiet"] !== true;
  return { ...storageChoice(given), filter, prints, view: readView(args, flags, filter, prints) };
}

function declare(args: Argv) {
  return storageOptions(args)
    .option("watch", {
      type: "number",
      describe: `show the table again every so many seconds (${DEFAULT_SECONDS}), until Ctrl-C`,
    })
    .option("runs", { type: "boolean", default: false, describe: "a line for each run" })
    .option("state", {
      type: "string",
      describe: `only runs in these states: ${RUN_STATES.join(", ")}`,
    })
    .option("experiment", { type: "string", describe: "only these experiments: 3 or 1,4-6" })
    .option("seed", { type: "string", describe: "only these seeds: 1 or 1,4-6" })
    .option("older_than", {
      type: "string",
      describe: "only runs without a change or heartbeat for so long: 90s, 10min, 2h, 3d",
    })
    .option("errors", {
      type: "boolean",
      default: false,
      describe: "crashes grouped by what went wrong",
    })
    .option("explain", {
      type: "string",
      describe: "a run: its state, who has it, its attempts, and what can be done",
    })
    .option("log", { type: "string", describe: "print the log of a run" })
    .option("attempt", {
      type: "number",
      defaultDescription: "the latest",
      describe: "with --log: which one",
    })
    .option("lines", {
      type: "number",
      defaultDescription: "all",
      describe: "with --log: only the last ones",
    })
    .option("follow", {
      type: "boolean",
      default: false,
      describe: "with --log: go on until the run is settled",
    })
    .option("config", {
      type: "boolean",
      default: false,
      describe: "every setting, and where its value comes from",
    });
}

type Flags = {
  readonly watch?: number | undefined;
  readonly runs: boolean;
  readonly state: string | undefined;
  readonly experiment: string | undefined;
  readonly seed: string | undefined;
  readonly older_than: string | undefined;
  readonly errors: boolean;
  readonly explain: string | undefined;
  readonly log: string | undefined;
  readonly attempt: number | undefined;
  readonly lines: number | undefined;
  readonly follow: boolean;
  readonly config: boolean;
};

function readView(args: Argv, flags: Flags, filter: RunsFilter, prints: boolean): StatusView {
  const [view, other] = VIEWS.filter((name) => wasGiven(args, name) && flags[name] !== false);
  if (view !== undefined && other !== undefined) {
    throw new UserError("usage", `--${view} and --${other} exclude each other.`, "Ask for one.");
  }
  checkCompanions(args, view);
  if (!prints && (view === "watch" || flags.follow)) {
    const flag = view === "watch" ? "watch" : "follow";
    const hint = `Leave out --${flag}, and call again for what is new.`;
    throw new UserError(
      "usage",
      `--${flag} never ends, and --json and --quiet are one value.`,
      hint,
    );
  }
  switch (view) {
    case "watch":
      return { kind: "watch", seconds: readSeconds(flags.watch) };
    case "explain":
      return { kind: "explain", run: flags.explain ?? "" };
    case "log":
      return { kind: "log", run: flags.log ?? "", ...readLogRequest(flags) };
    case "config":
      return { kind: "config", given: givenSettings(args, flags) };
    case "errors":
    case "runs":
      return { kind: view };
    case undefined:
      break;
  }
  // A filter alone asks for what it lets through.
  return { kind: Object.values(filter).some((one) => one !== undefined) ? "runs" : "summary" };
}

/** Flags that mean something with some views only; `undefined` is none. */
const COMPANIONS: Readonly<Record<string, readonly ((typeof VIEWS)[number] | undefined)[]>> = {
  state: ["runs", undefined],
  older_than: ["runs", undefined],
  experiment: ["runs", "errors", undefined],
  seed: ["runs", "errors", undefined],
  attempt: ["log"],
  lines: ["log"],
  follow: ["log"],
};

function checkCompanions(args: Argv, view: (typeof VIEWS)[number] | undefined): void {
  for (const [flag, views] of Object.entries(COMPANIONS)) {
    if (!wasGiven(args, flag) || views.includes(view)) continue;
    const fitting = views.flatMap((one) => (one === undefined ? [] : `--${one}`)).join(" or ");
    throw new UserError(
      "usage",
      `--${flag} means nothing ${view === undefined ? "alone" : `with --${view}`}.`,
      `It goes with ${fitting}.`,
    );
  }
}

function readSeconds(given: number | undefined): number {
  // Sooner than a second, and a change could be missed: see createFolderMemory.
  return checkNumber("watch", given ?? DEFAULT_SECONDS, { min: 1, max: 86_400 });
}

function readLogRequest({ attempt, lines, follow }: Flags): LogRequest {
  if (attempt !== undefined) checkInteger("attempt", attempt, { min: 1, max: 1e9 });
  if (lines !== undefined) checkInteger("lines", lines, { min: 1, max: 1e9 });
  return { attempt, lines, follow };
}

function givenSettings(args: Argv, flags: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(flags).filter(([name]) => SETTING_NAMES.includes(name) && wasGiven(args, name)),
  );
}

/** `crashed,OPENED`: words for states, or their flags. */
function readStates(text: string): readonly RunState["kind"][] {
  return text.split(",").map((part) => {
    const word = part.trim();
    const state = RUN_STATES.find((one) => one === word.toLowerCase()) ?? stateOfFlag(word)?.kind;
    if (state !== undefined) return state;
    throw new UserError(
      "usage",
      `--state: ${JSON.stringify(word)} is no state.${suggestion(word, RUN_STATES)}`,
      `States are ${RUN_STATES.join(", ")}.`,
    );
  });
}

function readRanges(flag: string, text: string | undefined): NumberRanges | undefined {
  if (text === undefined) return undefined;
  const ranges = parseRanges(text);
  if (ranges !== undefined) return ranges;
  throw new UserError(
    "usage",
    `--${flag}: expected whole numbers, got ${JSON.stringify(text)}.`,
    `For example --${flag} 3, or --${flag} 1,4-6.`,
  );
}
