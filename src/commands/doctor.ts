import { basename } from "node:path";

import type { Host } from "../host.ts";
import type { Command } from "./command.ts";
import { examine } from "./doctor/examine.ts";
import { type Fate, mendAll } from "./doctor/mend.ts";
import { choosePlaces } from "./doctor/places.ts";
import { type DoctorReport, remaining, renderDoctor } from "./doctor/report.ts";
import type { MendableFinding } from "./doctor/check.ts";
import { checkNumber, parseDuration, storageChoice, storageOptions } from "./options.ts";
import type { StorageChoice } from "./storage-selection.ts";

export type DoctorOptions = StorageChoice & {
  readonly fix: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** s */
  readonly olderThan: number;
};

/** Longer than anything is being written without a change that shows. */
const MIN_SECONDS = 36;
/** A year. */
const MAX_SECONDS = 31_536_000;

/** aldoctor: what is wrong with storages and their root, and what to do. */
export const doctor: Command<DoctorOptions, DoctorReport> = {
  name: "aldoctor",
  summary:
    "Looks for what is wrong in storages and their root: flags, half-written files, stale claims, clocks, rights, room. With --fix mends what can be mended safely; what runs is never touched. Exits 0 if nothing is wrong but notes, 1 if errors or warnings remain.",
  examples: [
    ["aldoctor", "all storages of the project, and their root"],
    ["aldoctor --from_file schedules/digits/list_searches_digits.txt", "those of a list"],
    ["aldoctor --fix --dry_run", "what would be mended"],
    ["aldoctor --fix --yes", "mend it without being asked"],
    ["aldoctor --json", "the findings for a program"],
  ],

  parse: async (args) => {
    const given = await storageOptions(args)
      .option("fix", {
        type: "boolean",
        default: false,
        describe: "mend what can be mended (shows the list and asks first)",
      })
      .option("dry_run", {
        type: "boolean",
        default: false,
        describe: "show what --fix would do, do nothing",
      })
      .option("yes", { type: "boolean", default: false, describe: "do not ask" })
      .option("older_than", {
        type: "string",
        default: "1d",
        describe: "without change for so long, what looks left behind is taken for it",
      })
      .parseAsync();
    const olderThan = checkNumber("older_than", parseDuration("older_than", given.older_than), {
      min: MIN_SECONDS,
      max: MAX_SECONDS,
    });
    const { fix, dry_run: dryRun, yes } = given;
    return { ...storageChoice(given), fix, dryRun, yes, olderThan };
  },

  run: async (options, host, signal) => {
    const places = await choosePlaces(options, host);
    const { findings, runs, isComplete } = await examine(
      places,
      options.olderThan * 1000,
      host,
      signal,
    );
    const fates = await mend(findings, places.root, options, host, signal);
    return {
      root: places.root,
      storages: places.storages.map((path) => basename(path)),
      runs,
      isComplete,
      findings: findings.map((finding) => report(finding, fates)),
    };
  },

  render: renderDoctor,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ findings }) => [...new Set(findings.map(({ place }) => place))],
  exitCode: (report) => (remaining(report).length > 0 ? 1 : 0),
};

/** Without the function that mends it. */
function report(
  finding: MendableFinding,
  fates: ReadonlyMap<MendableFinding, Fate>,
): DoctorReport["findings"][number] {
  const { check, severity, place, problem, expected, remedy, fix } = finding;
  return {
    check,
    severity,
    place,
    problem,
    expected,
    remedy,
    fix,
    fate: fates.get(finding) ?? "left",
  };
}

async function mend(
  findings: readonly MendableFinding[],
  root: string,
  { fix, dryRun, yes }: DoctorOptions,
  host: Host,
  signal: AbortSignal,
): Promise<ReadonlyMap<MendableFinding, Fate>> {
  if (!(fix || dryRun) || signal.aborted) return new Map();
  return mendAll(findings, root, { dryRun, yes }, host, signal);
}
