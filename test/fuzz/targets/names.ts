import { dirname, join } from "node:path";

import {
  flagsAmong,
  formatOwner,
  ownerHost,
  parseOwner,
  resettingFlag,
  runningFlag,
  stateOf,
  stateOfFlag,
} from "../../../src/core/run-state.ts";
import { formatSearchName, parseSearchName } from "../../../src/core/search-name.ts";
import { linesToAdd, listedNames } from "../../../src/core/search-list.ts";
import { selectStorages } from "../../../src/commands/storage-selection.ts";
import {
  lastAttempt,
  logFile,
  parseLogFile,
  parseRecordFile,
  parseRecordingFile,
  recordFile,
  recordingFile,
  recordNames,
  unpublishedTokens,
} from "../../../src/tree/attempts.ts";
import { findStorage } from "../../../src/tree/directory-tree.ts";
import { parseExperiment, parseRunPath, parseSeed } from "../../../src/tree/paths.ts";
import { hold, readOrRefusal, type Target } from "../target.ts";
import { onlyFiles } from "./support.ts";

const NAME = "ju12_f7b375e_mlp_digits_random_bench_2";
const TOKEN = "0123456789abcdef0123456789abcdef";
const OWNER = `node-1.4242.${TOKEN}`;
const ROOT = "/root of storages";

/** Holds that nothing is looked for but the root, for the nearest name, and folders in it. */
const childrenOnly = onlyFiles({
  list: (path) => {
    if (path === ROOT) return [NAME];
    hold(dirname(path) === ROOT && path.startsWith(`${ROOT}/`), `${path} lies in the root`);
    // eslint-disable-next-line no-control-regex
    hold(!/[\0-\x1f\x7f-\x9f]/.test(path), "no control characters");
    return path.length % 2 === 0 ? [] : undefined;
  },
});

export const list: Target = {
  name: "list",
  seeds: [
    `${NAME}\nxx1_nogit_a_t_grid_d\n`,
    `# searches of today\r\n\r\n  ${NAME}  # the good one\r\n`,
    "\ufeffju1_a_b_c_grid_d",
  ],
  words: [NAME, "\n", "#", "\r", "\u2028"],
  check: (text) => {
    const flags = { fromFile: "list.txt", storageNames: [], rootDir: ROOT };
    const terminal = { note: () => undefined, confirm: undefined, progress: undefined };
    const host = {
      files: onlyFiles({
        // The list is asked whether it is a folder.
        list: (path) => (path === "/list.txt" ? undefined : childrenOnly.files.list(path)),
        read: () => text,
        size: (path) => {
          hold(path.startsWith(`${ROOT}/${NAME}/`), `${path} lies in what the root holds`);
          return 1;
        },
      }).files,
      workingFolder: "/",
      // Of the terminal only notes are used.
      terminal: terminal as never,
    };
    // Every other one strictly: the first name that is missing ends it.
    const skipMissing = text.length % 2 === 0;
    const result = readOrRefusal(() => selectStorages({ ...flags, skipMissing }, host));
    holdAdding(text);
    return "refusal" in result ? result.refusal : `${Math.min(9, result.value.storages.length)}`;
  },
};

function holdAdding(before: string): void {
  const listed = new Set(listedNames(before));
  const after = before + linesToAdd(before, [NAME]);
  const afterwards = new Set(listedNames(after));
  hold(afterwards.has(NAME), "what was added is listed");
  hold(
    [...listed].every((name) => afterwards.has(name)),
    "what was there is there",
  );
  hold(linesToAdd(after, [NAME]) === "", "nothing is added twice");
}

export const names: Target = {
  name: "names",
  seeds: [NAME, "experiment12", "seed3", "/r/s/experiment1/seed2", "train_recorder.2.jsonl", OWNER],
  words: [TOKEN, "experiment", "seed", "run.", ".json", "logger.", ".out", "_recorder", "_grid_"],
  check: (text) => {
    const name = parseSearchName(text);
    if (name !== undefined) {
      const formatted = readOrRefusal(() => formatSearchName(name));
      if ("value" in formatted) {
        hold(formatted.value === text, "a storage's name reads back");
        const found = readOrRefusal(() => findStorage(ROOT, text, childrenOnly));
        hold("value" in found || found.refusal.startsWith("not-found"), "and can be looked for");
      }
    }
    const found = readOrRefusal(() => findStorage(ROOT, text, childrenOnly));
    holdNumbers(text);
    holdFiles(text);
    const host = ownerHost(text);
    hold(
      parseOwner(formatOwner({ host, pid: 1, token: TOKEN }))?.host === host,
      "any host can own",
    );
    return `${name === undefined ? "" : "search "}${"value" in found ? "" : found.refusal} ${parseRecordFile(text) === undefined ? "" : "record"}`;
  },
};

function holdNumbers(text: string): void {
  const experiment = parseExperiment(text);
  hold(experiment === undefined || `experiment${experiment}` === text, "one spelling only");
  const seed = parseSeed(text);
  hold(seed === undefined || `seed${seed}` === text, "one spelling only");
  const run = parseRunPath(text);
  if (run !== undefined) {
    const whole = join(text);
    hold([run.path, `${run.path}/`].includes(whole), "a run's path is that of its parts");
  }
}

function holdFiles(text: string): void {
  const record = parseRecordFile(text);
  hold(record === undefined || recordFile(record) === text, "a record's name reads back");
  const log = parseLogFile(text);
  hold(log === undefined || logFile(log) === text, "a log's name reads back");
  const recording = parseRecordingFile(text);
  hold(
    recording === undefined || recordingFile(recording.series, recording.mark) === text,
    "a recording's name reads back",
  );
}

export const flags: Target = {
  name: "flags",
  seeds: [
    "config.json\nUNHATCHED",
    `config.json\nOPENED.${OWNER}\nrun.${TOKEN}.json\nrun.json`,
    "COMPLETED\nrun.json\nrun.2.json\nlogger.out",
    `RESETTING.${OWNER}\nCRASH\nCRASH.txt\nOPENED`,
  ],
  words: [
    "UNHATCHED",
    "OPENED.",
    "COMPLETED",
    "CRASH",
    "RESETTING.",
    OWNER,
    TOKEN,
    "run.",
    ".json",
    "\n",
  ],
  check: (text) => {
    const found = text.split("\n");
    const state = stateOf(found);
    const flagged = flagsAmong(found);
    hold((state.kind === "none") === (flagged.length === 0), "no flag, no state");
    hold((state.kind === "conflict") === flagged.length > 1, "several flags are a conflict");
    for (const flag of flagged) {
      const one = stateOfFlag(flag);
      if (one?.kind === "running" && one.owner)
        hold(runningFlag(one.owner) === flag, "it reads back");
      if (one?.kind === "resetting" && one.cleaner)
        hold(resettingFlag(one.cleaner) === flag, "it reads back");
    }
    const last = lastAttempt(found);
    hold(Number.isSafeInteger(last + 1), "the next attempt has a number");
    hold(last <= 1 || parseRecordFile(recordFile(last)) === last, "and a record of that name");
    hold(unpublishedTokens(found).length <= recordNames(found).length, "tokens are of records");
    return `${state.kind} ${Math.min(flagged.length, 3)} ${last > 0 ? "published" : ""}`;
  },
};
