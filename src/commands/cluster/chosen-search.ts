import { dirname, resolve } from "node:path";

import type { Scheduler } from "../../core/scheduling/scheduler.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { checkRuns } from "../launch/check-runs.ts";
import type { LaunchOptions } from "../launch/launch-options.ts";
import { findProject, type Project, storageRoot } from "../project.ts";
import { selectStorages, type StorageSelection } from "../storage-selection.ts";
import { findScheduler, schedulerReference } from "./find-scheduler.ts";

export type ChosenSearch = StorageSelection & {
  readonly project: Project;
  readonly scheduler: Scheduler;
  /** As records keep it: a name, or an absolute path. */
  readonly schedulerName: string;
};

/** The storages that the flags name, and the scheduler that they or the project's file name. @throws UserError */
export async function chooseSearch(options: LaunchOptions, host: Host): Promise<ChosenSearch> {
  const { fromFile, cluster } = options;
  const from = fromFile === undefined ? "." : dirname(fromFile);
  const project = await findProject(host, resolve(host.workingFolder, from));
  const name = cluster.scheduler ?? project.settings.cluster?.scheduler;
  if (name === undefined) {
    throw new UserError(
      "usage",
      "No scheduler is named.",
      'Give --scheduler slurm, or name it in the project\'s file: cluster: { scheduler: "slurm" }.',
    );
  }
  const folder = cluster.scheduler === undefined ? project.root : host.workingFolder;
  const scheduler = await findScheduler(name, folder, host);
  const rootDir = storageRoot(options.rootDir, project, host);
  const selection = selectStorages({ ...options, rootDir }, host);
  checkRuns(options, selection.storages, host);
  return {
    ...selection,
    project,
    scheduler,
    schedulerName: schedulerReference(name, folder),
  };
}
