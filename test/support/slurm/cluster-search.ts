import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../commands.ts";
import { flagsOf, linesOf, LIST, prepareProject, until } from "../small-project.ts";
import { withTempDirectory } from "../temp-directory.ts";
import type { SlurmSettings } from "./settings.ts";
import { type Slurm, startSlurm, whyNoSlurm } from "./slurm.ts";

/** Says what it does in files that the protocol knows nothing of; holds while there is a file `hold`. */
const PROGRAM = `
import { appendFileSync, existsSync } from "node:fs";
import { hostname } from "node:os";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export async function main({ config, signal }) {
  const run = config.x + "/" + config.seed;
  appendFileSync("started", run + " " + hostname() + "\\n");
  do await sleep(config.ms); while (existsSync("hold") && !signal.aborted);
  if (signal.aborted) return;
  appendFileSync("executions", run + "\\n");
}
`;
/** Quick to notice, and quick to stop: Slurm kills five seconds after it has asked. */
const QUICK = ["--heartbeat", "0.5", "--grace", "1"];

/** How many runs a search has, and how long each takes. */
export type Size = {
  readonly values: number;
  readonly seeds: readonly number[];
  readonly ms: number;
};

export type ClusterSearch = {
  /** The project's. */
  readonly folder: string;
  readonly storage: string;
  readonly slurm: Slurm;
  /** Launches it, with the stand-ins that there are. @returns what was printed: the ids of jobs */
  readonly allaunch: (...args: readonly string[]) => Promise<string>;
};

/** One Slurm for all tests of a suite. Where there can be none they do nothing, but in CI they fail. */
export function useSlurm(settings: SlurmSettings) {
  let slurm: Slurm | undefined;

  before(async () => {
    const reason = whyNoSlurm();
    if (reason === undefined) {
      slurm = await startSlurm(settings);
      return;
    }
    console.warn(`      NOT TRIED: there can be no Slurm here: ${reason}.`);
    expect(process.env["CI"], reason).to.not.equal("true");
  });
  after(() => slurm?.stop());

  /** A test in an empty folder. */
  const withSlurm = (body: (folder: string, slurm: Slurm) => Promise<void>) =>
    withTempDirectory(async (folder) => {
      if (slurm === undefined) return;
      try {
        await body(folder, slurm);
      } finally {
        // Whoever finds nothing left to do may still be looking.
        await endJobs(slurm);
      }
    });

  /** A test in a project with a search of `values` × `seeds` runs of `ms`. */
  const onCluster = (size: Size, body: (search: ClusterSearch) => Promise<void>) =>
    withSlurm(async (folder, slurm) => {
      const storage = await prepareSearch(folder, size);
      await body({ folder, storage, slurm, allaunch: allaunchIn(folder, slurm) });
    });

  return { withSlurm, onCluster };
}

function prepareSearch(folder: string, { values, seeds, ms }: Size): Promise<string> {
  return prepareProject(folder, {
    files: { "main.js": PROGRAM },
    program: { module: "main.js" },
    defaults: { ms },
    values: Array.from({ length: values }, (_, index) => index),
    seeds,
  });
}

const allaunchIn =
  (folder: string, slurm: Slurm) =>
  async (...args: readonly string[]) => {
    const bin = join(folder, "bin");
    const env = { ...slurm.environment, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const usual = QUICK.flatMap((word, index) =>
      index % 2 === 0 && !args.includes(word) ? [word, QUICK[index + 1] ?? ""] : [],
    );
    const words = [...LIST, ...usual, "--quiet", ...args];
    const { code, stdout, stderr } = await runCommand("allaunch", words, folder, env);
    expect(code, stderr).to.equal(0);
    return stdout.trim();
  };

/** Ends all jobs, and waits until they are over. */
export async function endJobs(slurm: Slurm): Promise<void> {
  slurm.run("scancel", "--me");
  await until(() => slurm.run("squeue", "-h", "--me") === "");
}

/** Waits until every run is COMPLETED; if one will not be, says what the jobs said. */
export async function settled(storage: string): Promise<void> {
  try {
    await until(
      () => Object.values(flagsOf(storage)).every((flag) => flag === "COMPLETED"),
      90_000,
    );
  } catch (cause) {
    const logs = readdirSync(join(storage, "logs")).filter((name) => !name.endsWith(".json"));
    const said = logs.map(
      (name) => `${name}\n${readFileSync(join(storage, "logs", name), "utf8").slice(-2000)}`,
    );
    throw new Error(`${JSON.stringify(flagsOf(storage))}\n${said.join("\n")}`, { cause });
  }
}

/** What the records of a run's attempts say: `released: preempted by SIGTERM`, `voided: lost`. */
export function attemptsOf(storage: string, experiment: number, seed = 1): readonly string[] {
  const folder = join(storage, `experiment${experiment}`, `seed${seed}`);
  const names = readdirSync(folder).filter((name) => /^run(\..+)?\.json$/.test(name));
  return names.sort(byAttempt).map((name) => {
    const { outcome, cause } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
      readonly outcome: string;
      readonly cause: { readonly kind: string; readonly by?: string };
    };
    const by = cause.kind === "preempted" ? ` by ${cause.by ?? ""}` : "";
    return `${outcome}: ${cause.kind}${by}`;
  });
}

const byAttempt = (one: string, other: string) => attemptOf(one) - attemptOf(other);
const attemptOf = (name: string) => Number(/\.(\d+)\./.exec(name)?.[1] ?? 1);

/** Each run is COMPLETED by one of its attempts, and came to its end once. */
export function expectEachExecutedOnce(search: ClusterSearch, size: Size): void {
  expectEachCompletedOnce(search, size);
  expect(linesOf(search.folder, "executions")).to.have.length(size.values * size.seeds.length);
}

/** The same, but a run may have come to its end just after it was asked to stop, and then once more. */
export function expectEachCompletedOnce({ folder, storage }: ClusterSearch, size: Size): void {
  const runs = size.values * size.seeds.length;
  expect(new Set(linesOf(folder, "executions")).size).to.equal(runs);
  for (let experiment = 1; experiment <= size.values; experiment++) {
    for (const seed of size.seeds) {
      const completed = attemptsOf(storage, experiment, seed).filter((one) =>
        one.startsWith("completed"),
      );
      expect(completed, `experiment${experiment}/seed${seed}`).to.deep.equal(["completed: done"]);
    }
  }
}
