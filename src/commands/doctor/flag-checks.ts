import { basename, join } from "node:path";

import { counted } from "../../core/counted.ts";
import { CRASHED_FLAG, flagsAmong, stateOfFlag } from "../../core/run-state.ts";
import { adopt } from "../../tree/adoption.ts";
import { lastAttempt, readRecord, recordFile } from "../../tree/attempts.ts";
import { CONFIG_FILE, parseExperiment, parseSeed } from "../../tree/paths.ts";
import { perform } from "../../tree/steps.ts";
import { respellFlag } from "../../tree/tidying.ts";
import {
  type Check,
  type Complaint,
  type Examination,
  type ExperimentView,
  isStill,
  type RootView,
  type RunView,
  type StorageView,
  withNames,
} from "./check.ts";

const ONE_FLAG = "exactly one flag: UNHATCHED, OPENED.<owner>, COMPLETED or CRASH";

/** A run folder without a flag: nobody runs it, and nobody can say whether somebody did. */
export const noFlag: Check<RunView> = {
  name: "no-flag",
  look: ({ run, names, state }, examination) => {
    if (state.kind !== "none") return [];
    const { host } = examination;
    const complaint = {
      severity: "warning" as const,
      place: run.path,
      problem: "holds no flag, so it is never run",
      expected: ONE_FLAG,
    };
    const last = lastAttempt(names);
    const record = perform(readRecord(join(run.path, recordFile(last))), host);
    if (last > 0 && record?.outcome === "completed") {
      const problem = `holds no flag, but ${recordFile(last)} says that it was completed`;
      return [
        { ...complaint, problem, remedy: "If that is so, make an empty file COMPLETED in it." },
      ];
    }
    const remedy = `If nothing is running there, put it back: alclean --storage_name ${basename(run.storage)} --adopt`;
    return [{ ...complaint, remedy, ...adoption({ run, names }, examination) }];
  },
};

/** Once only, and only what has been still for long: an older tool may be between two flags. */
function adoption(
  { run, names }: Pick<RunView, "run" | "names">,
  examination: Examination,
): Pick<Complaint, "mend"> {
  const { host } = examination;
  const isMendable =
    names.includes(CONFIG_FILE) &&
    !names.includes(".adopted") &&
    isStill(withNames(run.path, names), examination);
  if (!isMendable) return {};
  const carryOut = () => perform(adopt(run.path, host.token(16)), host);
  return { mend: { does: "give it an UNHATCHED", carryOut } };
}

export const severalFlags: Check<RunView> = {
  name: "several-flags",
  look: ({ run, state }) =>
    state.kind !== "conflict"
      ? []
      : [
          {
            severity: "error",
            place: run.path,
            problem: `holds ${counted(state.flags.length, "flag")}: ${state.flags.join(", ")}; it is never run`,
            expected: ONE_FLAG,
            remedy: "Look into the folder and remove all flags but the true one.",
          },
        ],
};

/** Copies that people, editors and synchronising programs make of a flag, and other cases. */
const LOOK_ALIKE =
  /^(UNHATCHED|OPENED|COMPLETED|CRASH|RESETTING)(\.txt|\.bak|\.orig|~| .*|\(.*|\.sync-conflict.*)?$/i;
const OLDER_LEVEL_FLAG = /^(PLOT_ARRAYS|SUMMARY)_(TODO|ONGOING|COMPLETED|FAILED)/;

/** Flags that an older tool, a person or a synchronising program left. */
export const foreignFlag: Check<RunView> = {
  name: "foreign-flag",
  look: ({ run, names, state }, { host }) => {
    const complaints: Complaint[] = [];
    const place = (name: string) => join(run.path, name);
    if (names.includes("CRASH.txt") && flagsAmong(names).length === 1) {
      complaints.push({
        severity: "note",
        place: place("CRASH.txt"),
        problem: "is an older tool's flag; it is read as CRASH",
        expected: CRASHED_FLAG,
        remedy: "None is needed; aldoctor --fix renames it.",
        mend: {
          does: `rename it to ${CRASHED_FLAG}`,
          carryOut: () => perform(respellFlag(run.path, "CRASH.txt", CRASHED_FLAG), host),
        },
      });
    }
    if (isOwnerless(state)) {
      complaints.push({
        severity: "warning",
        place: place(flagsAmong(names)[0] ?? ""),
        problem: "names no owner, so nobody can ask whether it lives; only its lease counts",
        expected: "OPENED.<host>.<process>.<token>",
        remedy: `When no older tool is running there: alclean --storage_name ${basename(run.storage)}`,
      });
    }
    for (const name of names.filter(isLookAlike)) {
      complaints.push({
        severity: "note",
        place: place(name),
        problem: "looks like a flag and is none",
        expected: ONE_FLAG,
        remedy: "Remove it if a copy or an older tool left it.",
      });
    }
    return complaints;
  },
};

function isOwnerless(state: RunView["state"]): boolean {
  if (state.kind === "running") return state.owner === undefined;
  return state.kind === "resetting" && state.cleaner === undefined;
}

const isLookAlike = (name: string) => stateOfFlag(name) === undefined && LOOK_ALIKE.test(name);

function misplaced(folder: string, names: readonly string[], what: string): readonly Complaint[] {
  return names
    .filter((name) => stateOfFlag(name) !== undefined)
    .map((name) => ({
      severity: "warning",
      place: join(folder, name),
      problem: `is a flag in ${what}, where nobody reads it`,
      expected: "flags in run folders (experimentN/seedM) only",
      remedy: "Move it to the run that it belongs to, if that has none; else remove it.",
    }));
}

export const flagInRoot: Check<RootView> = {
  name: "misplaced-flag",
  look: ({ path, names }) => misplaced(path, names, "the root"),
};
export const flagInStorage: Check<StorageView> = {
  name: "misplaced-flag",
  look: ({ path, names }) => misplaced(path, names, "a storage"),
};
export const flagInExperiment: Check<ExperimentView> = {
  name: "misplaced-flag",
  look: ({ path, names }) => misplaced(path, names, "an experiment's folder"),
};
export const levelFlagInRun: Check<RunView> = {
  name: "misplaced-flag",
  look: ({ run, names }) =>
    names
      .filter((name) => OLDER_LEVEL_FLAG.test(name))
      .map((name) => ({
        severity: "note",
        place: join(run.path, name),
        problem: "is the flag of a whole storage in a run's folder",
        expected: "such flags in summary/ of the storage only",
        remedy: "Remove it.",
      })),
};

/** `seed01`, `experiment 1 (copy)`: whoever lists runs passes them over. */
export const misspelledExperiment: Check<StorageView> = {
  name: "misspelled-folder",
  look: ({ path, names }) =>
    misspelled(path, names, "experiment", (name) => parseExperiment(name) !== undefined),
};
export const misspelledSeed: Check<ExperimentView> = {
  name: "misspelled-folder",
  look: ({ path, names }) =>
    misspelled(path, names, "seed", (name) => parseSeed(name) !== undefined),
};

function misspelled(
  folder: string,
  names: readonly string[],
  prefix: string,
  isSpelled: (name: string) => boolean,
): readonly Complaint[] {
  return names
    .filter((name) => name.startsWith(prefix) && !isSpelled(name))
    .map((name) => ({
      severity: "warning",
      place: join(folder, name),
      problem: "is passed over: its name is not that of any " + prefix,
      expected: `${prefix} and a number without leading zeros, for example ${prefix}1`,
      remedy: "Rename it if it belongs to the search, or move it elsewhere.",
    }));
}
