import { join } from "node:path";

import type { Config, ConfigValue } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { describeCause } from "../../core/run-record.ts";
import { flagsAmong, type RunState, stateOf } from "../../core/run-state.ts";
import { parseSearchName } from "../../core/search-name.ts";
import { UserError } from "../../errors.ts";
import { lastAttempt, loadRecord, recordFile } from "../attempts.ts";
import { CONFIG_FILE, parseExperiment, parseSeed } from "../paths.ts";
import { METADATA_FOLDER } from "./run-list.ts";
import type { MetadataParser } from "./metadata.ts";
import type { RunLook } from "./run-look.ts";

/** What `info.status` says, in the words of self-launched scripts. */
const STATUS: Readonly<Record<RunState["kind"], string | undefined>> = {
  pending: "STARTING",
  running: "RUNNING",
  completed: "COMPLETE",
  crashed: "FAILED",
  resetting: "RESETTING",
  conflict: "CONFLICT",
  none: undefined,
};
const MAX_CAUSE = 300;

/**
 * The fields of the run at `path` below `root`: `config.…`, `info.…`, and the settings of self-launched
 * scripts. What cannot be read is left out, and named in `info.unreadable`. No metric file is opened.
 * @param look - at the run's folder
 * @returns undefined if no run is there
 */
export function readRunFields(
  root: string,
  path: string,
  look: RunLook,
  parse: MetadataParser,
): Config | undefined {
  const { names = [] } = look;
  const isLog = names.includes(METADATA_FOLDER);
  if (!isLog && !names.includes(CONFIG_FILE) && flagsAmong(names).length === 0) return undefined;
  const reading = startReading(look, parse);
  const config = (isLog ? reading.yaml("config") : reading.json(CONFIG_FILE)) ?? {};
  const written = isLog ? reading.yaml("info") : {};
  // The flag is the truth: whoever wrote the rest may have been killed.
  const derived = { ...placeOf(root, path), ...stateInfo(names, reading) };
  const info = { ...derived, ...written, ...ownStatus(derived) };
  const settings = isLog ? settingsOf(names, reading) : {};
  const problems = reading.problems();
  const unreadable = problems.length === 0 ? {} : { unreadable: problems.join("; ") };
  return { info: { ...info, ...unreadable }, config, ...settings };
}

const ownStatus = ({ status }: { readonly status?: ConfigValue }) =>
  status === undefined ? {} : { status };

/** Reads files of a run, and keeps in mind what was wrong with them. */
function startReading({ folder, read: readFile }: RunLook, parse: MetadataParser) {
  const problems: string[] = [];
  const read = (name: string, understand: (text: string) => Config): Config | undefined => {
    try {
      const text = readFile(name);
      return text === undefined ? undefined : understand(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const [line = ""] = error.message.split("\n");
      problems.push(line.replace(`${folder}/`, ""));
      return {};
    }
  };
  return {
    yaml: (name: string) => {
      const file = `${METADATA_FOLDER}/${name}.yaml`;
      return read(file, (text) => parse(text, file));
    },
    json: (name: string) => read(name, (text) => parseConfig(text, name)),
    record: (attempt: number) => loadRecord(recordFile(attempt), { files: { read: readFile } }),
    problems: () => problems,
  };
}

type Reading = ReturnType<typeof startReading>;

/** How a script was launched: those of the package beside a configuration of ours, otherwise the original's. */
function settingsOf(names: readonly string[], reading: Reading): Config {
  const own = () => reading.yaml("hatchery");
  const original = () => reading.yaml("mlxp");
  const isOwn = names.includes(CONFIG_FILE);
  // Where one should be, the other is not looked for: that would be one more question for each run.
  const hatchery = isOwn ? own() : undefined;
  if (hatchery !== undefined) return { hatchery };
  const mlxp = original();
  if (mlxp !== undefined) return { mlxp };
  const left = isOwn ? undefined : own();
  return left === undefined ? {} : { hatchery: left };
}

/** What the names of the folders say. */
function placeOf(root: string, path: string): Config {
  const parts = join(root, path).split("/");
  const [name = "", parent = "", storage = ""] = parts.toReversed();
  const seed = parseSeed(name);
  const experiment = parseExperiment(parent);
  const run = path === "" ? name : path;
  if (seed === undefined || experiment === undefined) return { run };
  const search = parseSearchName(storage);
  const facts =
    search === undefined
      ? {}
      : { algorithm: search.algName, task: search.taskName, description: search.desc };
  return { run, search: storage, experiment, seed, ...facts };
}

/** What the flag and the record of the last attempt say. */
function stateInfo(names: readonly string[], reading: Reading): Config {
  const state = stateOf(names);
  const status = STATUS[state.kind];
  if (status === undefined) return {};
  const attempt = lastAttempt(names);
  const record = attempt === 0 ? undefined : reading.record(attempt);
  if (record === undefined) return { status };
  const { cause, startedAt, endedAt, seconds, owner } = record;
  return {
    status,
    attempt,
    host: owner.split(".")[0] ?? "",
    ...(startedAt === null ? {} : { started_at: startedAt }),
    ended_at: endedAt,
    ...(seconds === null ? {} : { seconds }),
    ...(cause.kind === "done"
      ? {}
      : { cause: cause.kind, reason: firstLine(describeCause(cause)) }),
  };
}

const firstLine = (text: string) => (text.split("\n")[0] ?? "").slice(0, MAX_CAUSE);
