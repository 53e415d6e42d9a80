import { join } from "node:path";

import { formatConfig, uniqueConfig, type Config } from "../../core/config/config.ts";
import { parseConfig } from "../../core/config/parse-config.ts";
import { parseRunRecord } from "../../core/run-record.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { parseRecordFile, recordFile } from "../../tree/attempts.ts";
import { CONFIG_FILE, runPath, type RunPath, UNIQUE_CONFIG_FILE } from "../../tree/paths.ts";
import { perform } from "../../tree/steps.ts";
import { finishSettled, unfinishedAttempts } from "../../tree/tidying.ts";
import type { Check, Complaint, RunView } from "./check.ts";

/** Whether somebody is at work there: then nothing is written, whatever is wrong. */
const isHeld = ({ state }: RunView) => state.kind === "running" || state.kind === "resetting";

/** `config.json` missing, cut, or not what a configuration is. */
export const configUnreadable: Check<RunView> = {
  name: "config-unreadable",
  look: (view, { host }) => {
    const path = join(view.run.path, CONFIG_FILE);
    const config = readConfig(view, host);
    if (!(config instanceof UserError)) return [];
    const complaint: Complaint = {
      severity: "error",
      place: path,
      problem: config.message,
      expected: "the configuration of the run, one JSON object",
      remedy:
        "Restore it from a copy, or from config.json of another seed of the experiment with this seed's number.",
    };
    const sibling = isHeld(view) ? undefined : siblingConfig(view, host);
    if (sibling === undefined) return [complaint];
    const { config: theirs, seed } = sibling;
    const carryOut = () => {
      if (!(readConfig(view, host) instanceof UserError)) return false;
      host.files.replace(path, formatConfig({ ...theirs, seed: view.run.seed }));
      return true;
    };
    return [{ ...complaint, mend: { does: `write it again from that of seed${seed}`, carryOut } }];
  },
};

/** All seeds of an experiment have one configuration, but for the seed. */
function siblingConfig(
  { run, seeds }: RunView,
  host: Pick<Host, "files">,
): { readonly config: Config; readonly seed: number } | undefined {
  for (const seed of seeds.filter((one) => one !== run.seed)) {
    const config = readConfig({ run: runPath(run.storage, run.experiment, seed) }, host);
    if (!(config instanceof UserError)) return { config, seed };
  }
  return undefined;
}

function readConfig(
  { run }: { readonly run: RunPath },
  { files }: Pick<Host, "files">,
): Config | UserError {
  const path = join(run.path, CONFIG_FILE);
  const text = files.read(path);
  if (text === undefined) return new UserError("config-invalid", "is missing", "");
  try {
    return parseConfig(text, "it");
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** `config_unique.json` missing: plots and tables then do not say what varies. */
export const uniqueConfigMissing: Check<RunView> = {
  name: "unique-config-missing",
  look: (view, { host }) => {
    const { run, names, storage } = view;
    if (names.includes(UNIQUE_CONFIG_FILE)) return [];
    const path = join(run.path, UNIQUE_CONFIG_FILE);
    const config = readConfig(view, host);
    const complaint: Complaint = {
      severity: "warning",
      place: path,
      problem: "is missing",
      expected: "the values of the run that vary in the search",
      remedy: "Restore it from a copy, or from that of another seed of the experiment.",
    };
    const { varied } = storage;
    if (config instanceof UserError || varied === undefined || isHeld(view)) return [complaint];
    const carryOut = () => {
      host.files.replace(path, formatConfig(uniqueConfig(config, varied)));
      return true;
    };
    return [{ ...complaint, mend: { does: "write it again from config.json", carryOut } }];
  },
};

/** Records of attempts that cannot be read, or that are another attempt's. */
export const recordUnreadable: Check<RunView> = {
  name: "record-unreadable",
  look: ({ run, names }, { host }) =>
    names.flatMap((name) => {
      const mark = parseRecordFile(name);
      const text = mark === undefined ? undefined : host.files.read(join(run.path, name));
      if (text === undefined) return [];
      const problem = recordProblem(text, mark);
      if (problem === undefined) return [];
      return [
        {
          severity: "warning",
          place: join(run.path, name),
          problem,
          expected: "the record of an attempt: when, where, how it ended and why",
          remedy:
            "Restore it from a copy, or leave it: the flag alone says the state, only times and cause are lost.",
        },
      ];
    }),
};

function recordProblem(text: string, mark: number | string | undefined): string | undefined {
  const record = parseRunRecord(text);
  if (record === undefined) {
    const version = schemaVersionOf(text);
    return version !== undefined && version > 1
      ? `was written by a later hatchery (schemaVersion ${version})`
      : `is cut or no record (${text.length} characters)`;
  }
  return typeof mark === "number" && record.attempt !== mark
    ? `is that of attempt ${record.attempt}`
    : undefined;
}

/** `schemaVersion` of a JSON text, undefined if it has none. */
export function schemaVersionOf(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isVersioned = typeof value === "object" && value !== null && "schemaVersion" in value;
    return isVersioned && typeof value.schemaVersion === "number" ? value.schemaVersion : undefined;
  } catch {
    return undefined;
  }
}

/** A number between 1 and the last one without its record; a settled run without any. */
export const recordMissing: Check<RunView> = {
  name: "record-missing",
  look: ({ run, names, state }) => {
    const marks = names.flatMap((name) => parseRecordFile(name) ?? []);
    const numbers = new Set(marks.filter((mark) => typeof mark === "number"));
    const last = Math.max(0, ...numbers);
    const complaint = {
      place: run.path,
      expected: "a record for each attempt: run.json, run.2.json …",
      remedy: "Restore it from a copy, or leave it: only the times and the cause of it are lost.",
    };
    if (marks.length === 0 && (state.kind === "completed" || state.kind === "crashed")) {
      const problem = "has ended, and holds no record of any attempt";
      return [{ ...complaint, severity: "note", problem }];
    }
    const missing: string[] = [];
    for (let number = 1; number < last && missing.length < MAX_MISSING; number++) {
      if (!numbers.has(number)) missing.push(recordFile(number));
    }
    if (missing.length === 0) return [];
    const problem = `lacks ${missing.join(", ")}, though it holds ${recordFile(last)}`;
    return [{ ...complaint, severity: "warning", problem }];
  },
};

/** A file may carry any number in its name. */
const MAX_MISSING = 10;

/** A worker was killed between its last rename of the flag and giving its files their names. */
export const unpublishedAttempt: Check<RunView> = {
  name: "unpublished-attempt",
  look: ({ run, names }, { host }) => {
    const tokens = perform(unfinishedAttempts(run.path, names), host);
    const [token] = tokens;
    if (token === undefined) return [];
    const more = tokens.length > 1 ? ` (and ${tokens.length - 1} more)` : "";
    return [
      {
        severity: "warning",
        place: join(run.path, recordFile(token)),
        problem: `an attempt${more} has ended, and its files do not have their plain names yet`,
        expected: "run.json, logger.out and recorders/… as in other runs",
        remedy: "aldoctor --fix finishes it; so does whoever claims the run next.",
        mend: {
          does: "give the attempt's files their plain names",
          carryOut: () => perform(finishSettled(run.path), host),
        },
      },
    ];
  },
};
