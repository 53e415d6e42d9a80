import { basename, join } from "node:path";

import { counted } from "../../core/counted.ts";
import { parseOwner, stateOfFlag, workerOf } from "../../core/run-state.ts";
import { isStaging, stagingFolder, workersFolder } from "../../tree/paths.ts";
import { perform } from "../../tree/steps.ts";
import { clearDesk, desksAmong, isDeskLeft, takeAway } from "../../tree/tidying.ts";
import { isKnownDead, parseWorkerFile, readWorkerRecord } from "../../tree/worker-record.ts";
import {
  type Check,
  type Complaint,
  type Examination,
  isStill,
  type RootView,
  type RunView,
  type StorageView,
  withNames,
} from "./check.ts";

/** What a killed alprep was building. */
export const stagingInRoot: Check<RootView> = {
  name: "left-staging",
  look: ({ path, names }, examination) => leftStagings(path, names, examination),
};
export const stagingInStorage: Check<StorageView> = {
  name: "left-staging",
  look: ({ path, names }, examination) => leftStagings(path, names, examination),
};

function leftStagings(
  parent: string,
  names: readonly string[],
  examination: Examination,
): readonly Complaint[] {
  const { host } = examination;
  return names.filter(isStaging).flatMap((name) => {
    const folder = join(parent, name);
    const why = whyLeft(folder, examination);
    if (why === undefined) return [];
    const aside = basename(stagingFolder(parent, host.token(16)));
    return [
      {
        severity: "warning" as const,
        place: folder,
        problem: `was left by an alprep that ${why}; it takes room, and nobody reads it`,
        expected: "no such folder while no alprep is running",
        remedy: "aldoctor --fix removes it, with what was prepared in it but never published.",
        mend: {
          does: "remove it",
          carryOut: () =>
            whyLeft(folder, examination) !== undefined &&
            perform(takeAway(parent, name, aside), host),
        },
      },
    ];
  });
}

/** Why nobody is building there any more; undefined if somebody may be. */
function whyLeft(folder: string, examination: Examination): string | undefined {
  const { host } = examination;
  const workers = (host.files.list(workersFolder(folder)) ?? []).flatMap(
    (name) => parseWorkerFile(name) ?? [],
  );
  const areDead = workers.map((worker) => isDead(folder, worker, examination));
  if (areDead.length > 0 && areDead.every(Boolean)) return "is no longer there";
  // Whatever it builds changes the folder, or one directly in it.
  const names = host.files.list(folder) ?? [];
  return isStill(withNames(folder, names), examination) ? "has done nothing for long" : undefined;
}

function isDead(storage: string, worker: string, { host }: Examination): boolean {
  const record = perform(readWorkerRecord(storage, worker), host);
  return record !== undefined && isKnownDead(record, host.machine);
}

/** Plans of cleaners that died before they took a flag, or could not know whether they had. */
export const leftDesk: Check<RunView> = {
  name: "left-desk",
  look: ({ run, names }, examination) => {
    const { host } = examination;
    return desksAmong(names).flatMap((token) => {
      const folder = join(run.path, `.reset.${token}`);
      const isOld = isStill([folder], examination);
      if (!perform(isDeskLeft(run.path, token, isOld), host)) return [];
      return [
        {
          severity: "warning" as const,
          place: folder,
          problem: "is the plan of a cleaner that is gone, for a flag that is gone",
          expected: "such a folder only while its cleaner resets the run",
          remedy: "aldoctor --fix removes it.",
          mend: {
            does: "remove it",
            carryOut: () => perform(clearDesk(run.path, token, isOld), host),
          },
        },
      ];
    });
  },
};

/** `search.json.0123456789ab.tmp` as replacing a file makes it, `run.<token>.json.tmp`, `.adopting-<token>`. */
const DRAFT = /^.+\.[0-9a-f]{12}\.tmp$|^run\.[0-9a-f]{32}\.json\.tmp$|^\.adopting-[0-9a-f]{32}$/;

/** Half-written files of killed processes. */
export const draftInRun: Check<RunView> = {
  name: "left-draft",
  look: ({ run, names }, examination) => {
    const holders = names.flatMap((name) => holderToken(name) ?? []);
    const drafts = names.filter(
      (name) => DRAFT.test(name) && !holders.some((token) => name.includes(token)),
    );
    return leftDrafts(run.path, drafts, examination);
  },
};
export const draftInStorage: Check<StorageView> = {
  name: "left-draft",
  look: ({ path, names, workers }, examination) => [
    ...leftDrafts(
      path,
      names.filter((name) => DRAFT.test(name)),
      examination,
    ),
    ...leftDrafts(
      workersFolder(path),
      workers.filter((name) => /^[0-9a-f]{24}\.probe$/.test(name)),
      examination,
    ),
  ],
};

/** Whose flag `name` is, held or being reset. */
function holderToken(name: string): string | undefined {
  const { kind } = stateOfFlag(name) ?? {};
  if (kind !== "running" && kind !== "resetting") return undefined;
  return parseOwner(name.slice(name.indexOf(".") + 1))?.token;
}

function leftDrafts(
  folder: string,
  drafts: readonly string[],
  examination: Examination,
): readonly Complaint[] {
  const { host } = examination;
  const paths = drafts.map((name) => join(folder, name));
  return paths
    .filter((path) => isStill([path], examination))
    .map((path) => ({
      severity: "warning",
      place: path,
      problem: "was being written when its process was killed",
      expected: "such a file for an instant only",
      remedy: "aldoctor --fix removes it; nothing reads it.",
      mend: {
        does: "remove it",
        carryOut: () => {
          if (!isStill([path], examination)) return false;
          host.files.remove(path);
          return true;
        },
      },
    }));
}

/** `.workers/<worker>.json` of workers that are gone and hold nothing, older than is asked for. */
export const leftWorkerRecords: Check<StorageView> = {
  name: "left-worker-records",
  look: ({ path, gone, walk }, { host }) => {
    const folder = workersFolder(path);
    const owning = new Set([...walk.tokens].map((token) => token.slice(0, 24)));
    const dead = gone.filter((worker) => !owning.has(worker));
    if (dead.length === 0) return [];
    return [
      {
        severity: "note",
        place: folder,
        problem: `holds ${counted(dead.length, "record")} of workers of this machine that are gone and hold no run`,
        expected: "records of workers that live, or whose runs are still to be put back",
        remedy: "None is needed; aldoctor --fix removes them.",
        mend: {
          does: `remove ${counted(dead.length, "record")}: ${dead.map((worker) => `${worker}.json`).join(", ")}`,
          carryOut: () => {
            for (const worker of dead) host.files.remove(join(folder, `${worker}.json`));
            return true;
          },
        },
      },
    ];
  },
};

/**
 * The workers that left a record long ago and are known to be dead. The others' records stay,
 * however old: they say how long the lease of their workers is.
 */
export function goneWorkers(
  storage: string,
  workers: readonly string[],
  examination: Examination,
): readonly string[] {
  return workers
    .flatMap((name) => parseWorkerFile(name) ?? [])
    .filter((worker) => isStill([join(workersFolder(storage), `${worker}.json`)], examination))
    .filter((worker) => isDead(storage, worker, examination));
}

/** A run whose owner left no record: whether it lives, and how long its lease is, nobody can say. */
export const ownerUnknown: Check<StorageView> = {
  name: "owner-unknown",
  look: ({ path, walk }, { host }) => {
    // Listed behind the runs: a record is there before its worker's first flag.
    const names = new Set(host.files.list(workersFolder(path)) ?? []);
    return walk.held.flatMap(({ run, flag, owner }) => {
      if (owner === undefined) return [];
      const file = `${workerOf(owner)}.json`;
      const isListed = names.has(file);
      if (isListed && perform(readWorkerRecord(path, workerOf(owner)), host)) return [];
      return [
        {
          severity: "warning" as const,
          place: join(run.path, flag),
          problem: `its owner's record in .workers ${isListed ? "cannot be read" : "is missing"}, so only the lease of 150 s tells whether it lives`,
          expected: `.workers/${file}, as its worker wrote it`,
          remedy: `If it is dead: alclean --storage_name ${basename(path)}; do not remove .workers while runs are OPENED.`,
        },
      ];
    });
  },
};
