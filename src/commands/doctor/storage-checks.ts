import { basename, join, resolve } from "node:path";

import { counted } from "../../core/counted.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { SEARCH_FILE, VARIATIONS_FILE } from "../../tree/paths.ts";
import { readVariations } from "../../tree/variations-file.ts";
import type { Check, Complaint, ExperimentView, StorageView } from "./check.ts";
import { schemaVersionOf } from "./run-file-checks.ts";

/** `search.json` missing, cut, or not what it should be. */
export const searchUnreadable: Check<StorageView> = {
  name: "search-unreadable",
  look: ({ path, facts }, { host }) =>
    facts instanceof UserError && newerVersion(join(path, SEARCH_FILE), host) === undefined
      ? [fileComplaint(join(path, SEARCH_FILE), facts, "what the search runs, as alprep wrote it")]
      : [],
};

/** `variations.json` missing, cut, or not what it should be. */
export const variationsUnreadable: Check<StorageView> = {
  name: "variations-unreadable",
  look: ({ path, varied }, { host }) => {
    const file = join(path, VARIATIONS_FILE);
    if (varied !== undefined || newerVersion(file, host) !== undefined) return [];
    try {
      readVariations(path, host);
    } catch (error) {
      if (error instanceof UserError) return [fileComplaint(file, error, "what the search varies")];
      throw error;
    }
    return [];
  },
};

function fileComplaint(place: string, { message }: UserError, expected: string): Complaint {
  return {
    severity: "error",
    place,
    problem: message.replaceAll(place, "it"),
    expected,
    remedy: "Restore the file from a copy of the storage, or prepare the search again.",
  };
}

/** Files of a later version than this one: nothing of it may be guessed. */
export const newerFiles: Check<StorageView> = {
  name: "newer-version",
  look: ({ path }, { host }) =>
    [SEARCH_FILE, VARIATIONS_FILE].flatMap((name) => {
      const version = newerVersion(join(path, name), host);
      if (version === undefined) return [];
      return [
        {
          severity: "error" as const,
          place: join(path, name),
          problem: `was written by a later hatchery (schemaVersion ${version})`,
          expected: "schemaVersion 1, the latest that this one knows",
          remedy: "Update hatchery.",
        },
      ];
    }),
};

function newerVersion(path: string, { files }: Pick<Host, "files">): number | undefined {
  const version = schemaVersionOf(files.read(path) ?? "");
  return version !== undefined && version > 1 ? version : undefined;
}

/** The project, or the program in it, is not where `search.json` says: the storage was moved, or they were. */
export const programMissing: Check<StorageView> = {
  name: "program-missing",
  look: ({ path, facts }, { host }) => {
    if (facts instanceof UserError) return [];
    const project = resolve(path, facts.project);
    const place = join(path, SEARCH_FILE);
    if (host.files.list(project) === undefined) {
      return [
        {
          severity: "error",
          place,
          problem: `its project is ${JSON.stringify(facts.project)}; there is no folder ${project}`,
          expected: "the project's folder, relative to the storage",
          remedy: `Move the storage back to where it was below the project, or mend "project" in ${SEARCH_FILE}.`,
        },
      ];
    }
    if (!("module" in facts.program)) return [];
    const module = resolve(project, facts.program.module);
    if (host.files.size(module) !== undefined) return [];
    return [
      {
        severity: "error",
        place,
        problem: `it runs ${JSON.stringify(facts.program.module)}; there is no file ${module}`,
        expected: "the program, relative to the project",
        remedy: `Restore the file, or mend "program" in ${SEARCH_FILE}.`,
      },
    ];
  },
};

/** Places where a worker could not claim, beat or settle. */
export const storageUnwritable: Check<StorageView> = {
  name: "not-writable",
  look: ({ path, walk }, { host }) => {
    const complaint = {
      severity: "error" as const,
      expected: "folders and flags that this user may write",
      remedy:
        "Give the group the right to write, for those who share the search: chmod -R g+w, and umask 002 before alprep.",
    };
    const [first] = walk.unwritable;
    const own = host.files.isWritable(path)
      ? []
      : [{ ...complaint, place: path, problem: "cannot be written: no worker can start here" }];
    if (first === undefined) return own;
    const problem = `${counted(walk.unwritable.length, "run")} to be executed cannot be written, the first: ${first}`;
    return [...own, { ...complaint, place: path, problem }];
  },
};

/** Runs of another user: who dies there can be known dead to that user only. */
export const otherOwner: Check<StorageView> = {
  name: "other-owner",
  look: ({ path, walk }) =>
    [...walk.foreign].map(([userId, runs]) => ({
      severity: "note",
      place: path,
      problem: `${counted(runs.length, "run")} to be executed belong to another user (number ${userId}), the first: ${runs[0] ?? ""}`,
      expected: "runs of one user, or of a group that may write them",
      remedy:
        "None is needed if you share the search: workers of other users are given up after their lease only.",
    })),
};

/** Experiments are published whole, so a folder without runs was emptied by hand or half copied. */
export const withoutSeeds: Check<ExperimentView> = {
  name: "experiment-without-seeds",
  look: ({ storage, path, seeds }) =>
    seeds.length > 0
      ? []
      : [
          {
            severity: "warning",
            place: path,
            problem: "holds no run",
            expected: "a folder for each seed (seed1 …)",
            remedy: `Remove the folder; alprep --add_to_folder ${basename(storage.path)} adds what is missing.`,
          },
        ],
};
