import type { Check, ExperimentView, RootView, RunView, StorageView } from "./check.ts";
import {
  flagInExperiment,
  flagInRoot,
  flagInStorage,
  foreignFlag,
  levelFlagInRun,
  misspelledExperiment,
  misspelledSeed,
  noFlag,
  severalFlags,
} from "./flag-checks.ts";
import {
  draftInRun,
  draftInStorage,
  leftDesk,
  leftWorkerRecords,
  ownerUnknown,
  stagingInRoot,
  stagingInStorage,
} from "./leftover-checks.ts";
import {
  clockSkew,
  fileSystemFails,
  fileSystemKind,
  idTwice,
  idWithoutStorage,
  listedMissing,
  lowSpace,
  rootUnwritable,
  storageWithoutId,
} from "./root-checks.ts";
import {
  configUnreadable,
  recordMissing,
  recordUnreadable,
  uniqueConfigMissing,
  unpublishedAttempt,
} from "./run-file-checks.ts";
import {
  newerFiles,
  otherOwner,
  programMissing,
  searchUnreadable,
  storageUnwritable,
  variationsUnreadable,
  withoutSeeds,
} from "./storage-checks.ts";

/**
 * All that aldoctor looks for, by where. A new check is a value in the module of its kind and a
 * line here; docs/doctor.md has a row for each name, which a test holds.
 */
export const ROOT_CHECKS: readonly Check<RootView>[] = [
  rootUnwritable,
  fileSystemFails,
  fileSystemKind,
  clockSkew,
  lowSpace,
  stagingInRoot,
  flagInRoot,
  listedMissing,
  idWithoutStorage,
  storageWithoutId,
  idTwice,
];

/** Looked at when all runs of the storage have been: see `StorageWalk`. */
export const STORAGE_CHECKS: readonly Check<StorageView>[] = [
  searchUnreadable,
  variationsUnreadable,
  newerFiles,
  programMissing,
  storageUnwritable,
  otherOwner,
  stagingInStorage,
  draftInStorage,
  flagInStorage,
  misspelledExperiment,
  leftWorkerRecords,
  ownerUnknown,
];

export const EXPERIMENT_CHECKS: readonly Check<ExperimentView>[] = [
  withoutSeeds,
  flagInExperiment,
  misspelledSeed,
];

export const RUN_CHECKS: readonly Check<RunView>[] = [
  noFlag,
  severalFlags,
  foreignFlag,
  levelFlagInRun,
  configUnreadable,
  uniqueConfigMissing,
  recordUnreadable,
  recordMissing,
  unpublishedAttempt,
  leftDesk,
  draftInRun,
];

/** Findings that come from no table: of two looks at held runs, and of looks that the system refuses. */
const OTHER_NAMES = ["stale-claim", "unreadable"];

/** The names of all findings. */
export const CHECK_NAMES: readonly string[] = [
  ...new Set([
    ...[ROOT_CHECKS, STORAGE_CHECKS, EXPERIMENT_CHECKS, RUN_CHECKS].flatMap((checks) =>
      checks.map(({ name }) => name),
    ),
    ...OTHER_NAMES,
  ]),
];
