import { basename, dirname, join, resolve } from "node:path";

import { fileSystemDoubt, shortages } from "../../core/file-system-kinds.ts";
import { parseSearchName } from "../../core/search-name.ts";
import { formatDuration } from "../../core/time.ts";
import { idsFolder } from "../../tree/paths.ts";
import { readList } from "../storage-selection.ts";
import { type Check, type Complaint, isStill, type RootView } from "./check.ts";

/** The root cannot be written: no search can be prepared, and the file system cannot be tried out. */
export const rootUnwritable: Check<RootView> = {
  name: "not-writable",
  look: ({ path, trial: { refusal } }) =>
    refusal === undefined
      ? []
      : [
          {
            severity: "error",
            place: path,
            problem: `cannot be written: ${refusal}`,
            expected: "a root in which folders and files can be made",
            remedy: "Mend its permissions, mount it for writing, or make room.",
          },
        ],
};

/** What the file system did otherwise when it was tried. */
export const fileSystemFails: Check<RootView> = {
  name: "file-system-fails",
  look: ({ path, trial }) =>
    trial.failures.map(({ problem, expected }) => ({
      severity: "error",
      place: path,
      problem,
      expected,
      remedy: "Use another file system for searches: two workers may get the same run on this one.",
    })),
};

/** A known kind of file system whose promises are weaker than the protocol's needs. */
export const fileSystemKind: Check<RootView> = {
  name: "file-system-kind",
  look: ({ path }, { host }) => {
    const doubt = fileSystemDoubt(host.files.space(path)?.type ?? 0);
    if (doubt === undefined) return [];
    return [
      {
        severity: "note",
        place: path,
        problem: `lies on ${doubt.name}: ${doubt.why}`,
        expected: "a local disk, NFS, Lustre or GPFS, where several machines share a search",
        remedy: "Launch from one machine only, or move the root.",
      },
    ];
  },
};

/** Further apart, people's times and logs do not fit together. Leases are not touched: they go by the server's clock alone. */
const MAX_SKEW_MS = 60_000;

export const clockSkew: Check<RootView> = {
  name: "clock-skew",
  look: ({ path, trial: { aheadMs } }) => {
    if (!(Math.abs(aheadMs) > MAX_SKEW_MS)) return [];
    const apart = formatDuration(Math.abs(aheadMs) / 1000);
    return [
      {
        severity: "warning",
        place: path,
        problem: `this machine's clock is ${apart} ${aheadMs > 0 ? "ahead of" : "behind"} the file server's`,
        expected: `at most ${formatDuration(MAX_SKEW_MS / 1000)}`,
        remedy:
          "Set the clocks (ntp). No run is lost by it, but times in records and logs do not fit together.",
      },
    ];
  },
};

export const lowSpace: Check<RootView> = {
  name: "low-space",
  look: ({ path }, { host }) => {
    const space = host.files.space(path);
    return (space === undefined ? [] : shortages(space)).map(({ level, text }) => ({
      severity: level === "scarce" ? "warning" : "note",
      place: path,
      problem: `its file system is nearly full: ${text}`,
      expected: "5 % of the space and of the inodes, 100 MB and 1000 inodes at least",
      remedy:
        "Make room, or move the root: a worker that finds no room puts its run back and stops.",
    }));
  },
};

/** Names that were asked for, and names in the lists beside the schedules, without a storage. */
export const listedMissing: Check<RootView> = {
  name: "listed-missing",
  look: ({ path, missing, searches, names }, { host }) => {
    const asked = missing.map((name) => ({
      severity: "error" as const,
      place: join(path, name),
      problem: "was named, and is not there",
      expected: "the folder of a storage",
      remedy: "Correct the name, remove it from the list, or name another --root_dir.",
    }));
    const folders = new Set(
      searches.map(({ storage, facts }) =>
        dirname(resolve(storage, facts.project, facts.schedule)),
      ),
    );
    const lists = [...folders].flatMap((folder) =>
      (host.files.list(folder) ?? [])
        .filter((name) => /^list_(searches|retrains)_.+\.txt$/.test(name))
        .map((name) => join(folder, name)),
    );
    return [...asked, ...lists.flatMap((list) => gapsOf(list, readList(list, host), names))];
  },
};

/** A list of which no name is there belongs to another root. */
function gapsOf(
  place: string,
  listed: readonly string[],
  there: readonly string[],
): readonly Complaint[] {
  const gone = listed.filter((name) => !there.includes(name));
  if (gone.length === 0 || gone.length === listed.length) return [];
  return [
    {
      severity: "note",
      place,
      problem: `names storages that are not in this root: ${gone.join(", ")}`,
      expected: "names of storages that are there",
      remedy: "Remove those lines; commands refuse the list unless --skip_missing is given.",
    },
  ];
}

/** Ids of storages that are gone. Not an error: an id is never given twice. */
export const idWithoutStorage: Check<RootView> = {
  name: "id-without-storage",
  look: ({ path, storages }, examination) => {
    const folder = idsFolder(path);
    const used = new Set(storages.map(idOf));
    const unused = (examination.host.files.list(folder) ?? [])
      .filter((id) => !used.has(id))
      // An alprep that is publishing has taken its id, and nothing else yet.
      .filter((id) => isStill([join(folder, id)], examination));
    if (unused.length === 0) return [];
    return [
      {
        severity: "note",
        place: folder,
        problem: `ids whose storages are gone: ${unused.sort().join(", ")}`,
        expected: "a storage for each id",
        remedy: "None is needed: an id is never given to a second storage.",
      },
    ];
  },
};

/** Storages that were copied in: their id may be given again. */
export const storageWithoutId: Check<RootView> = {
  name: "storage-without-id",
  look: ({ path, storages }, { host }) => {
    const folder = idsFolder(path);
    const taken = new Set(host.files.list(folder) ?? []);
    return storages.flatMap((name) => {
      const id = idOf(name);
      if (id === undefined || taken.has(id)) return [];
      const carryOut = () => {
        host.files.makeFolders(folder);
        host.files.makeFolder(join(folder, id));
        return true;
      };
      return [
        {
          severity: "note" as const,
          place: join(path, name),
          problem: `its id ${id} is not taken in .ids`,
          expected: `${basename(folder)}/${id}, so that nobody else gets it once this storage is gone`,
          remedy: "aldoctor --fix takes it.",
          mend: { does: `take the id ${id}`, carryOut },
        },
      ];
    });
  },
};

export const idTwice: Check<RootView> = {
  name: "id-twice",
  look: ({ path, storages }) =>
    [...groupById(storages)].flatMap(([id, names]) => {
      const [first, ...others] = names;
      if (first === undefined || others.length === 0) return [];
      return [
        {
          severity: "warning" as const,
          place: join(path, first),
          problem: `has the id ${id}, as has ${others.join(", ")}`,
          expected: "one storage for each id",
          remedy: "Rename a copy: the letters and number before the first _ are its id.",
        },
      ];
    }),
};

function groupById(storages: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of storages) {
    const id = idOf(name);
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), name]);
  }
  return found;
}

const idOf = (storage: string) => parseSearchName(storage)?.id;
