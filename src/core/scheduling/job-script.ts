import { UserError } from "../../errors.ts";
import { shellLine, shellWord } from "./quoting.ts";
import type { JobRequest, Scheduler } from "./scheduler.ts";

/** What a batch job does, besides what it asks its scheduler for. */
export type JobScript = {
  /** What workers' records say of their scheduler: its name, or the path of its module. */
  readonly scheduler: string;
  /** A comment below the head, a line each. */
  readonly about: readonly string[];
  /** Variables that are set before anything else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines of ours, before the user's. */
  readonly preamble: readonly string[];
  /** Lines of the user's own, before and after the command: they may be anything that the shell reads. */
  readonly setup: readonly string[];
  readonly cleanup: readonly string[];
  /** Where the command runs, absolute. */
  readonly folder: string;
  /** Folders that the node has to see, absolute. */
  readonly needs: readonly string[];
  readonly command: readonly string[];
};

/** The exit code of a job that starts no worker: its node does not see its folder, or its setup failed. */
const NOT_STARTED = 5;
/** What a script says of its scheduler: the first group, as the shell reads it. */
export const SCRIPT_SCHEDULER = /^export HATCHERY_JOB_SCHEDULER=('(?:[^'\n]|'\\'')*'|\S+) /m;
/** What schedulers send before they end a job. */
const FORWARDED = ["TERM", "INT", "HUP", "USR1", "USR2"];

/**
 * The text of a batch script. Every word is quoted, so that no name, path or value can be anything
 * but itself; `setup` and `cleanup` are the user's own shell.
 * @throws UserError `usage` for a word that no script can hold
 */
export function formatJobScript(
  { prefix, directives, jobVariable }: Scheduler,
  job: JobRequest,
  script: JobScript,
): string {
  const head = directives(job).map(checkLine);
  const folder = shellWord(script.folder);
  return [
    `#!${checkLine(job.shell)}`,
    ...head.map((line) => `${prefix} ${line}`),
    ...script.about.map((line) => `# ${checkLine(line)}`),
    ...Object.entries(script.environment).map(
      ([name, value]) => `export ${name}=${shellWord(value)}`,
    ),
    `export HATCHERY_JOB_SCHEDULER=${shellWord(script.scheduler)} HATCHERY_JOB_ID="$${jobVariable}"`,
    `cd ${folder} || { ${notSeen(script.folder)}; }`,
    ...script.needs.map((path) => `[ -d ${shellWord(path)} ] || { ${notSeen(path)}; }`),
    ...script.preamble.map(checkLine),
    ...setupLines(script),
    ...commandLines(script),
    "",
  ].join("\n");
}

const notSeen = (path: string) =>
  `echo "this node does not see the folder" ${shellWord(path)} >&2; exit ${NOT_STARTED}`;

/**
 * No worker starts where a line of the setup has failed: without its modules every run would crash. Lines
 * may belong together, so that the shell itself has to notice; a trap of the user's own takes the place
 * of ours, which is why ours is silenced rather than removed.
 */
function setupLines({ setup }: JobScript): readonly string[] {
  if (setup.length === 0) return [];
  const what = `a line of cluster.setup failed (exit code $code): no worker was started`;
  return [
    "hatchery_setup=1",
    `trap 'code=$?; [ -z "$hatchery_setup" ] || { echo "${what}" >&2; exit ${NOT_STARTED}; }' EXIT`,
    "set -e",
    ...setup.map(checkLine),
    "set +e",
    "hatchery_setup=",
  ];
}

/**
 * Without anything to do afterwards the command takes the place of the shell, and gets the
 * scheduler's signals itself. Otherwise the shell passes them on: it runs a trap only while it waits.
 */
function commandLines({ command, cleanup }: JobScript): readonly string[] {
  if (cleanup.length === 0) return [`exec ${shellLine(command)}`];
  return [
    `${shellLine(command)} &`,
    "pid=$!",
    ...FORWARDED.map((signal) => `trap 'kill -${signal} "$pid" 2>/dev/null' ${signal}`),
    'while wait "$pid"; code=$?; kill -0 "$pid" 2>/dev/null; do :; done',
    ...cleanup.map(checkLine),
    'exit "$code"',
  ];
}

/** @throws UserError `usage` */
function checkLine(line: string): string {
  // eslint-disable-next-line no-control-regex
  if (!/[\0-\x08\x0a-\x1f\x7f]/.test(line)) return line;
  throw new UserError(
    "usage",
    `A line of a job script cannot be ${JSON.stringify(line)}: it has a line break or another control character.`,
    "Give each line of its own.",
  );
}
