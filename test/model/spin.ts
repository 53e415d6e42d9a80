import { execFile, spawnSync } from "node:child_process";
import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
/** The model lies with the sources; the built files with it. */
const PROTOCOL = join(import.meta.dirname, "../../../test/model/protocol.pml");
const MOST_OUTPUT_BYTES = 1 << 28;
const MOST_MEGABYTES = 6_000;
const MOST_STEPS = 20_000;

/** Settings of the Promela model: `{ WORKERS: 3 }`; a rule left out: `{ NO_DESK: 1 }`. */
export type Defines = Readonly<Record<string, number>>;

export type SpinFound = {
  readonly states: number;
  readonly transitions: number;
  readonly megabytes: number;
  /** The assertion that does not hold, and the steps that lead there; undefined if all hold. */
  readonly broken: { readonly what: string; readonly trace: readonly string[] } | undefined;
};

export const SMALL_SPIN: readonly Defines[] = [
  { WORKERS: 2, CRASHES: 1 },
  { WORKERS: 2, RUNS: 2, IN_TURN: 1, CRASHES: 1 },
  { WORKERS: 2, PAUSES: 1 },
];
export const FULL_SPIN: readonly Defines[] = [
  { WORKERS: 2, CRASHES: 1, PAUSES: 1, PATIENT: 1 },
  { WORKERS: 3, CLEANERS: 1, RUNS: 2, IN_TURN: 1, CRASHES: 1, PAUSES: 1 },
];

/** A rule left out, the size that it needs to be missed, and the promise that is broken then. */
export const BROKEN_SPIN: readonly {
  readonly name: string;
  readonly defines: Defines;
  readonly breaks: RegExp;
}[] = [
  {
    name: "a claim unlinks, then creates",
    defines: { UNLINK_CREATE: 1 },
    breaks: /flag/,
  },
  {
    name: "COMPLETED is written without renaming the own flag",
    defines: { UNFENCED: 1, PAUSES: 1 },
    breaks: /voided/,
  },
  {
    name: "a record is written through a flag that was renamed meanwhile",
    defines: { THROUGH_FLAG: 1, PAUSES: 1 },
    breaks: /claimNumber/,
  },
  {
    name: "nobody ends the program of a worker that is stopped",
    defines: { NO_SUPERVISOR: 1, PAUSES: 1 },
    breaks: /program/,
  },
  {
    name: "one look is enough to expire an owner",
    defines: { ONE_LOOK: 1 },
    breaks: /crashes/,
  },
  {
    name: "a token is used twice",
    defines: { REUSED_TOKEN: 1, WORKERS: 1, PATIENT: 1, CRASHES: 1, PAUSES: 1 },
    breaks: /voided/,
  },
  {
    name: "a reset removes files without a desk",
    defines: { NO_DESK: 1, PATIENT: 1, CRASHES: 1, PAUSES: 1 },
    breaks: /judgedAfter/,
  },
  {
    name: "who takes a reset over leaves the former cleaner its desk",
    defines: { NO_DISARMING: 1, PATIENT: 1, CRASHES: 1, PAUSES: 1 },
    breaks: /judgedAfter/,
  },
  {
    name: "a reset has no plan",
    defines: { NO_PLAN: 1, PATIENT: 1, CRASHES: 1, PAUSES: 1 },
    breaks: /attemptOf/,
  },
  {
    name: "a reset leaves no record of the attempt that it voids",
    defines: { NO_VOID_RECORD: 1, CRASHES: 1 },
    breaks: /number<6/,
  },
  {
    name: "attempts are published without counting",
    defines: { NO_COUNT: 1, PAUSES: 1 },
    breaks: /record/,
  },
];

/** What Spin needs that this machine does not have. */
export function missingForSpin(): readonly string[] {
  return ["spin", "gcc"].filter((tool) => spawnSync(tool, ["--version"]).error !== undefined);
}

/**
 * Visits every state of the Promela model.
 * @param folder - empty; what Spin and the compiler make is left there
 * @param isLarge - worth the seconds of a compiler that optimises
 */
export async function checkWithSpin(
  defines: Defines,
  folder: string,
  { isLarge = false } = {},
): Promise<SpinFound> {
  const options = { cwd: folder, maxBuffer: MOST_OUTPUT_BYTES };
  const flags = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
  await copyFile(PROTOCOL, join(folder, "protocol.pml"));
  await run("spin", ["-a", ...flags, "protocol.pml"], options);
  const compiling = [
    isLarge ? "-O2" : "-O0",
    "-DSAFETY",
    "-DCOLLAPSE",
    `-DMEMLIM=${MOST_MEGABYTES}`,
  ];
  await run("gcc", [...compiling, "-o", "pan", "pan.c"], options);
  // -E: a process that died has not ended; that all others have is asserted in the model.
  const { stdout } = await run("./pan", [`-m${MOST_STEPS}`, "-n", "-E"], options);
  if (!stdout.includes("States") && !stdout.includes("states, stored")) {
    throw new Error(`Spin did not finish:\n${stdout}`);
  }
  if (/out of memory|max search depth too small|Interrupted/.test(stdout)) {
    throw new Error(`Spin did not visit everything:\n${stdout}`);
  }
  const figure = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const [, what] = /pan:1: assertion violated (.*?) \(at depth/.exec(stdout) ?? [];
  return {
    states: figure(/(\d[\d.e+]*) states, stored/),
    transitions: figure(/(\d[\d.e+]*) transitions/),
    megabytes: figure(/([\d.]+)\s+total actual memory usage/),
    broken: what === undefined ? undefined : { what, trace: await readTrail(flags, options) },
  };
}

/** What each process did to the folders on the way to the violation, in order. */
async function readTrail(
  flags: readonly string[],
  options: { readonly cwd: string; readonly maxBuffer: number },
): Promise<readonly string[]> {
  const trails = (await readdir(options.cwd)).filter((name) => name.endsWith(".trail"));
  if (trails.length === 0) return [];
  const { stdout } = await run("spin", ["-t", "-p", ...flags, "protocol.pml"], options);
  return [...stdout.matchAll(/^\s*\d+:\s+proc\s+\d+ \((\w+):\d+\) [^[]*\[(.*)\]/gm)]
    .map(([, who = "", step = ""]) => `${who}: ${step}`)
    .filter((line) => /(folder|dead|paused|program)\[[^=]*= /.test(line));
}
