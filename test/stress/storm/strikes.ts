import { spawnSync } from "node:child_process";

import { diskFiles } from "../../../src/io/files.ts";
import { stateOf } from "../../../src/core/run-state.ts";
import { listRuns } from "../../../src/tree/directory-tree.ts";
import { runLabel, workersFolder } from "../../../src/tree/paths.ts";
import { LEASE_HEARTBEATS } from "../../../src/tree/worker-record.ts";
import type { RunningCommand } from "../../support/commands.ts";
import type { Rage } from "./rage.ts";
import { allOf, type LauncherTree, treeOf, type WorkerTree, workerDigits } from "./trees.ts";

/** Something that happens to a launcher, to one of its workers, or to what they work on. */
export type Strike = {
  readonly name: string;
  /** How often it is chosen, among the others. */
  readonly weight: number;
  /** What the storm must have for it. */
  readonly needs?: "deletes" | "disk";
} & (
  | { readonly at: "launcher"; readonly act: (rage: Rage, tree: LauncherTree) => void }
  | { readonly at: "worker"; readonly act: (rage: Rage, worker: WorkerTree) => void }
  | { readonly at: "storage"; readonly act: (rage: Rage, storage: string) => void }
);

const STRIKES: readonly Strike[] = [
  {
    name: "kill a launcher",
    weight: 2,
    at: "launcher",
    act: (rage, { pid }) => {
      rage.kill([pid]);
    },
  },
  {
    name: "kill a worker",
    weight: 3,
    at: "worker",
    act: (rage, { pid }) => {
      rage.kill([pid]);
    },
  },
  {
    name: "kill a supervisor",
    weight: 3,
    at: "worker",
    act: (rage, { supervisors }) => {
      rage.kill(supervisors);
    },
  },
  {
    name: "kill a program",
    weight: 3,
    at: "worker",
    act: (rage, { programs }) => {
      rage.kill(programs);
    },
  },
  {
    name: "kill a worker with its supervisor",
    weight: 1,
    at: "worker",
    act: (rage, { pid, supervisors }) => {
      rage.kill([pid, ...supervisors]);
    },
  },
  {
    name: "kill a launcher with all that it started",
    weight: 1,
    at: "launcher",
    act: (rage, tree) => {
      rage.kill(allOf(tree));
    },
  },
  { name: "kill a cleaner in the middle", weight: 0.5, at: "storage", act: killCleaner },
  {
    name: "stop a worker for less than the lease",
    weight: 2,
    at: "worker",
    act: (rage, { pid }) => {
      rage.stopFor([pid], rage.chance.between(0, 0.9) * leaseMs(rage));
    },
  },
  {
    name: "stop a worker for longer than the lease",
    weight: 1,
    at: "worker",
    act: (rage, { pid }) => {
      rage.stopFor([pid], longerThanLease(rage));
    },
  },
  {
    name: "stop a supervisor",
    weight: 0.5,
    at: "worker",
    act: (rage, { supervisors }) => {
      rage.stopFor(supervisors, longerThanLease(rage));
    },
  },
  {
    name: "stop a program",
    weight: 0.5,
    at: "worker",
    act: (rage, { programs }) => {
      rage.stopFor(programs, longerThanLease(rage));
    },
  },
  {
    name: "stop a launcher with all that it started",
    weight: 0.5,
    at: "launcher",
    act: (rage, tree) => {
      rage.stopFor(allOf(tree), longerThanLease(rage));
    },
  },
  {
    name: "end a launcher gracefully",
    weight: 1,
    at: "launcher",
    act: (_rage, { pid }) => {
      process.kill(pid, "SIGTERM");
    },
  },
  {
    name: "clean",
    weight: 0.7,
    at: "storage",
    act: (rage) => {
      clean(rage);
    },
  },
  {
    name: "clean, crashed runs too",
    weight: 0.5,
    at: "storage",
    act: (rage) => {
      clean(rage, ["--clean_crashes"]);
    },
  },
  {
    name: "clean twice at once",
    weight: 0.3,
    at: "storage",
    act: (rage) => {
      clean(rage);
      clean(rage);
    },
  },
  {
    name: "delete what a storage knows of its workers",
    weight: 0.3,
    needs: "deletes",
    at: "storage",
    act: (_rage, storage) => {
      deleteLikeAPerson(workersFolder(storage));
    },
  },
  {
    name: "delete a run's folder while it runs",
    weight: 0.3,
    needs: "deletes",
    at: "storage",
    act: deleteRun,
  },
  { name: "fill the disk", weight: 0.7, needs: "disk", at: "storage", act: fillDisk },
];

/**
 * Chooses by the storm's own chance among what it has the means for, and strikes.
 * @returns its name; undefined if there was nothing to strike
 */
export function strike(rage: Rage, launcher: number): string | undefined {
  const { settings, chance } = rage;
  const possible = STRIKES.filter(({ needs }) => needs === undefined || Boolean(settings[needs]));
  let left = chance.between(
    0,
    possible.reduce((sum, { weight }) => sum + weight, 0),
  );
  const chosen = possible.find(({ weight }) => (left -= weight) < 0);
  const tree = treeOf(launcher);
  const worker = chance.pick(tree.workers);
  const storage = chance.pick(settings.storages);
  // Before its first run there is little to hit.
  if (chosen === undefined || worker === undefined || worker.programs.length === 0)
    return undefined;
  if (storage === undefined) return undefined;
  const digits = tree.workers.map(({ supervisors }) => supervisors.map(workerDigits));
  if (chosen.at === "launcher") chosen.act(rage, tree);
  else if (chosen.at === "worker") chosen.act(rage, worker);
  else chosen.act(rage, storage);
  tree.workers.forEach((one, index) => {
    noteHelpless(
      rage,
      one,
      digits[index]?.find((text) => text !== undefined),
    );
  });
  return chosen.name;
}

/** Where a worker and its supervisors can do nothing at the same time, nobody ends their program. */
function noteHelpless(
  { downUntil, helpless }: Rage,
  { pid, supervisors }: WorkerTree,
  digits: string | undefined,
): void {
  const isDown = (one: number) => (downUntil.get(one) ?? 0) > performance.now();
  if (digits !== undefined && isDown(pid) && supervisors.every(isDown)) helpless.add(digits);
}

const leaseMs = ({ settings }: Rage) => LEASE_HEARTBEATS * settings.heartbeatMs;
const longerThanLease = (rage: Rage) => rage.chance.between(1.2, 2) * leaseMs(rage);

function clean(
  { settings, start }: Rage,
  options: readonly string[] = [],
): RunningCommand | undefined {
  const names = settings.storages.map((path) => path.split("/").at(-1) ?? "");
  return start("alclean", [...names.flatMap((name) => ["-s", name]), ...options]);
}

function killCleaner(rage: Rage): void {
  const cleaner = clean(rage);
  rage.after(rage.chance.between(150, 700), () => {
    const { exitCode = 0, pid } = cleaner?.child ?? {};
    if (exitCode === null && pid !== undefined) rage.kill([pid]);
  });
}

/** As a person would who does not look whether it runs. */
function deleteRun({ chance, deleted }: Rage, storage: string): void {
  const running = listRuns(storage, { files: diskFiles }).filter(
    ({ path }) => stateOf(diskFiles.list(path) ?? []).kind === "running",
  );
  const run = chance.pick(running);
  if (run === undefined) return;
  deleted.add(runLabel(run));
  deleteLikeAPerson(run.path);
}

/** A network file system keeps what somebody has open, under another name, and the folder with it. */
function deleteLikeAPerson(path: string): void {
  // What moved meanwhile keeps the folder, too.
  for (let tries = 0; tries < 3; tries++) spawnSync("rm", ["-rf", path]);
}

function fillDisk({ settings, chance, after }: Rage): void {
  settings.disk?.fill();
  after(chance.between(100, 1500), () => settings.disk?.empty());
}
