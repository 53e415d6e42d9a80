import { dirname, join } from "node:path";

import { oneLine } from "../core/printable.ts";
import { CRASHED_FLAG, flagsAmong, stateOf } from "../core/run-state.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { adopt } from "../tree/adoption.ts";
import { recordNames } from "../tree/attempts.ts";
import { CONFIG_FILE, runLabel, type RunPath, UNIQUE_CONFIG_FILE } from "../tree/paths.ts";
import { KEYS_FOLDER } from "../tree/log-tree.ts";
import { METADATA_FOLDER } from "../tree/reading/run-list.ts";
import { isRemovable } from "../tree/reset-plan.ts";
import { modified, perform } from "../tree/steps.ts";
import { createWorkerIdentity, type WorkerIdentity } from "../tree/worker-identity.ts";
import { heldByNobody } from "../tree/lease.ts";
import { DEFAULT_HEARTBEAT_MS } from "../tree/worker-record.ts";
import { surveyTwice } from "./clean/interrupted.ts";
import { type CleanReport, renderClean } from "./clean/report.ts";
import type { Command } from "./command.ts";
import { storageChoice, storageOptions } from "./options.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import type { HeldRun } from "./work/held-runs.ts";
import { resetHeldRun, resetMany } from "./work/reset-held-run.ts";

export type CleanOptions = StorageChoice & {
  readonly cleanCrashes: boolean;
  readonly fresh: boolean;
  readonly adopt: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
};

/** One storage, and what is to be done in it. */
type Plan = {
  readonly storage: string;
  readonly identity: WorkerIdentity;
  readonly resets: readonly HeldRun[];
  readonly adoptions: readonly RunPath[];
  readonly alive: readonly HeldRun[];
  readonly flagless: readonly RunPath[];
  readonly conflicts: readonly RunPath[];
};

/** alclean: puts runs whose worker is gone back to pending. */
export const clean: Command<CleanOptions, CleanReport> = {
  name: "alclean",
  summary:
    "Puts interrupted runs back to UNHATCHED, crashed ones too when asked. Running ones are never touched, also while launchers run.",
  examples: [
    [
      "alclean --from_file schedules/digits/list_searches_digits.txt",
      "what was killed or preempted",
    ],
    ["alclean -s ju12_f7b375e_mlp_digits_grid_first --clean_crashes", "crashed runs too"],
    [
      "alclean -f list.txt --clean_crashes --fresh --dry_run",
      "what a start from nothing would delete",
    ],
  ],

  parse: async (args) => {
    const given = await storageOptions(args)
      .option("clean_crashes", {
        type: "boolean",
        default: false,
        describe: "reset crashed runs too",
      })
      .option("fresh", {
        type: "boolean",
        default: false,
        describe: "delete checkpoints, logs and recordings of the runs that are reset (asks first)",
      })
      .option("adopt", {
        type: "boolean",
        default: false,
        describe: "give run folders without any flag an UNHATCHED",
      })
      .option("dry_run", { type: "boolean", default: false, describe: "say it, do not do it" })
      .option("yes", { type: "boolean", default: false, describe: "do not ask" })
      .parseAsync();
    return {
      ...storageChoice(given),
      cleanCrashes: given.clean_crashes,
      fresh: given.fresh,
      adopt: given.adopt,
      dryRun: given.dry_run,
      yes: given.yes,
    };
  },

  run: async (options, host, signal) => {
    const { storages } = await chooseStorages(options, host);
    const plans: Plan[] = [];
    for (const storage of storages) plans.push(await makePlan(storage, options, host, signal));
    if (options.fresh) for (const plan of plans) refuseLinks(plan, host);
    if (options.fresh && !options.dryRun && !options.yes) await confirm(plans, host);
    const reset: CleanReport["reset"][number][] = [];
    const movedOn: string[] = [];
    for (const plan of plans) {
      const done = await carryOut(plan, options, host, signal);
      reset.push(...done.reset.map((held) => describeReset(held, options)));
      movedOn.push(...done.movedOn.map(({ run }) => runLabel(run)));
    }
    return {
      dryRun: options.dryRun,
      reset,
      movedOn,
      adopted: plans.flatMap((plan) => adoptAll(plan, options, host)),
      alive: plans.reduce((sum, { alive }) => sum + alive.length, 0),
      flagless: options.adopt ? [] : plans.flatMap(({ flagless }) => flagless.map(runLabel)),
      conflicts: plans.flatMap(({ conflicts }) =>
        conflicts.map((run) => describeConflict(run, host)),
      ),
    };
  },

  render: renderClean,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ reset, adopted }) => [...reset.map(({ run }) => run), ...adopted],
};

async function makePlan(
  storage: string,
  { cleanCrashes, adopt: adopts }: CleanOptions,
  host: Host,
  signal: AbortSignal,
): Promise<Plan> {
  const identity = createWorkerIdentity(DEFAULT_HEARTBEAT_MS, host);
  const found = await surveyTwice(storage, identity, host, signal);
  const crashed = cleanCrashes ? found.crashed.flatMap((run) => lookAtCrash(run, host)) : [];
  return {
    storage,
    identity,
    resets: [...found.interrupted, ...crashed],
    adoptions: adopts ? found.flagless : [],
    alive: [...found.alive, ...found.silent],
    flagless: found.flagless,
    conflicts: found.conflicts,
  };
}

/** A crashed run is held by nobody. */
function lookAtCrash(run: RunPath, host: Host): readonly HeldRun[] {
  const { files, clock } = host;
  const names = files.list(run.path) ?? [];
  const [flag = CRASHED_FLAG] = flagsAmong(names);
  if (stateOf(names).kind !== "crashed") return [];
  const modifiedMs = perform(modified(join(run.path, flag)), host);
  // Somebody else is resetting it.
  if (modifiedMs === undefined) return [];
  const holder = heldByNobody(flag, modifiedMs, clock.monotonicMs());
  return [{ run, names, holder }];
}

/** What a start from nothing deletes: all but the configuration and the history of attempts. */
function removable(names: readonly string[]): readonly string[] {
  const kept = new Set([
    CONFIG_FILE,
    UNIQUE_CONFIG_FILE,
    METADATA_FOLDER,
    KEYS_FOLDER,
    ...flagsAmong(names),
    ...recordNames(names),
  ]);
  return names.filter((name) => !kept.has(name) && isRemovable(name) && name !== ".adopted").sort();
}

/**
 * A run folder that is reached through a link may be anybody's: it is reset, but nothing is deleted.
 * @throws UserError `refused`, before anything is done
 */
function refuseLinks({ resets }: Plan, { files }: Host): void {
  const linked = resets.find(
    ({ run }) => files.isLink(run.path) || files.isLink(dirname(run.path)),
  );
  if (linked === undefined) return;
  throw new UserError(
    "refused",
    `${runLabel(linked.run)} is reached through a symbolic link, and --fresh deletes nothing through one.`,
    "Leave out --fresh, or delete by hand what has to go.",
  );
}

async function confirm(plans: readonly Plan[], { terminal }: Host): Promise<void> {
  const lines = plans.flatMap(({ resets }) =>
    resets.flatMap(({ run, names }) =>
      removable(names).map((name) => oneLine(`  ${runLabel(run)}/${name}`)),
    ),
  );
  if (lines.length === 0) return;
  const list = lines.join("\n");
  const answer = await terminal.confirm(`To be deleted:\n${list}\nDelete them?`);
  if (answer === true) return;
  throw new UserError(
    answer === undefined ? "usage" : "refused",
    answer === undefined
      ? `--fresh would delete, and nobody could be asked:\n${list}`
      : "Nothing was deleted, and nothing reset.",
    "Pass --yes to delete without being asked, or leave out --fresh to keep everything.",
  );
}

async function carryOut(
  { resets, identity }: Plan,
  options: CleanOptions,
  host: Host,
  signal: AbortSignal,
): ReturnType<typeof resetMany> {
  if (options.dryRun) return { reset: resets, movedOn: [] };
  const resetOne = (held: HeldRun) =>
    resetHeldRun(held, identity, DEFAULT_HEARTBEAT_MS, host, deletedBy(held, options));
  return resetMany(resets, resetOne, host, signal);
}

const deletedBy = ({ names }: HeldRun, { fresh }: CleanOptions) => (fresh ? removable(names) : []);

function describeReset(held: HeldRun, options: CleanOptions): CleanReport["reset"][number] {
  const { run, holder } = held;
  return { run: runLabel(run), from: holder.flag, deletes: deletedBy(held, options) };
}

function adoptAll({ adoptions }: Plan, { dryRun }: CleanOptions, host: Host): readonly string[] {
  const done = adoptions.filter((run) => dryRun || perform(adopt(run.path, host.token(16)), host));
  return done.map(runLabel);
}

function describeConflict(run: RunPath, { files }: Host): string {
  return `${runLabel(run)} (${flagsAmong(files.list(run.path) ?? []).join(", ")})`;
}
