import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { parseRecordFile, recordFile } from "../../src/tree/attempts.ts";
import type { CommandEnd } from "./commands.ts";
import { flagsOf, linesOf, LIST, prepareProject, until } from "./small-project.ts";

/**
 * Tells what it does in files that the protocol knows nothing of; holds while there is a file `hold`, and
 * none that lets this one go.
 */
const PROGRAM = `
import { appendFileSync, existsSync } from "node:fs";
import { hostname } from "node:os";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export async function main({ config, signal }) {
  const run = config.x + "/" + config.seed;
  const place = (name) => config.telling + "/" + name;
  const tell = (name, ...words) => appendFileSync(place(name), words.join(" ") + "\\n");
  const isHeld = () => existsSync(place("hold")) && !existsSync(place("go" + config.x));
  tell("started", run, hostname());
  await sleep(config.ms);
  if (isHeld()) tell("held", run, process.pid);
  while (isHeld() && !signal.aborted) await sleep(config.ms);
  if (signal.aborted) return;
  tell("executions", run);
}
`;
/** Quick to notice, and quick to stop: who has asked kills five seconds later. */
const QUICK = [
  ["--heartbeat", "0.5"],
  ["--grace", "1"],
] as const;

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
  /** The lines that its runs have told under a name, such as `executions`. */
  readonly told: (name: string) => readonly string[];
  /** Launches it. @returns what was printed: the ids of jobs */
  readonly allaunch: (...args: readonly string[]) => Promise<string>;
};

/** How tests have a batch scheduler of a kind. */
export type ClusterKind<Cluster> = {
  readonly name: string;
  /** Says why there can be none here; undefined if there can be one. */
  readonly whyNot: () => string | undefined;
  readonly start: () => Promise<Cluster>;
  readonly stop: (cluster: Cluster) => Promise<void>;
  /** Ends all jobs, and waits until they are over. */
  readonly endJobs: (cluster: Cluster) => Promise<void>;
  /** A test body with a folder of its own. */
  readonly withFolder: (
    body: (folder: string) => Promise<void>,
    cluster: Cluster,
  ) => () => Promise<void>;
  /** Where runs tell what they do: as they see it, and as we see it; in the folder, unless it is said. */
  readonly telling?: (
    cluster: Cluster,
    folder: string,
  ) => { readonly there: string; readonly here: readonly string[] };
  /** Lets the cluster's user write to what a test has made there. */
  readonly handOver: (cluster: Cluster, folder: string) => void;
  /** Runs one of our commands as the cluster's user does. */
  readonly run: (
    cluster: Cluster,
    name: string,
    args: readonly string[],
    folder: string,
  ) => Promise<CommandEnd>;
};

/** One cluster for all tests of a suite. Where there can be none they do nothing, but in CI they fail. */
export function useCluster<Cluster>(kind: ClusterKind<Cluster>) {
  let cluster: Cluster | undefined;

  before(async () => {
    const reason = kind.whyNot();
    if (reason === undefined) {
      cluster = await kind.start();
      return;
    }
    console.warn(`      NOT TRIED: there can be no ${kind.name} here: ${reason}.`);
    expect(process.env["CI"], reason).to.not.equal("true");
  });
  after(async () => {
    if (cluster !== undefined) await kind.stop(cluster);
  });

  /** A test in an empty folder. */
  const withCluster = (body: (folder: string, cluster: Cluster) => Promise<void>) => async () => {
    if (cluster === undefined) return;
    const running = cluster;
    const test = kind.withFolder(async (folder) => {
      try {
        await body(folder, running);
      } finally {
        // Whoever finds nothing left to do may still be looking.
        await kind.endJobs(running);
      }
    }, running);
    await test();
  };

  /** A test in a project with a search of `values` × `seeds` runs of `ms`. */
  const onCluster = (
    size: Size,
    body: (search: ClusterSearch, cluster: Cluster) => Promise<void>,
  ) =>
    withCluster(async (folder, running) => {
      const { there, here } = kind.telling?.(running, folder) ?? { there: ".", here: [folder] };
      const storage = await prepareSearch(folder, size, there);
      const told = (name: string) => here.flatMap((one) => linesOf(one, name));
      kind.handOver(running, folder);
      const allaunch = async (...args: readonly string[]) => {
        const words = [...LIST, ...usualFor(args), "--quiet", ...args];
        const { code, stdout, stderr } = await kind.run(running, "allaunch", words, folder);
        expect(code, stderr).to.equal(0);
        return stdout.trim();
      };
      await body({ folder, storage, told, allaunch }, running);
    });

  return { withCluster, onCluster };
}

/** {@link QUICK}, but for what is said otherwise. */
const usualFor = (args: readonly string[]) =>
  QUICK.flatMap(([flag, value]) => (args.includes(flag) ? [] : [flag, value]));

function prepareSearch(
  folder: string,
  { values, seeds, ms }: Size,
  telling: string,
): Promise<string> {
  return prepareProject(folder, {
    files: { "main.js": PROGRAM },
    program: { module: "main.js" },
    defaults: { ms, telling },
    values: Array.from({ length: values }, (_, index) => index),
    seeds,
  });
}

/** Programs that start from now on, or run already, do not end. */
export const hold = (folder: string) => {
  writeFileSync(join(folder, "hold"), "");
};
export const goOn = (folder: string) => {
  rmSync(join(folder, "hold"));
};

/** Waits until every run is COMPLETED, and its records show it; if one will not be, says what the jobs said. */
export async function settled(storage: string): Promise<void> {
  try {
    await until(
      () => Object.values(flagsOf(storage)).every((flag) => flag === "COMPLETED"),
      90_000,
    );
    // The flag decides, the names follow.
    for (const run of Object.keys(flagsOf(storage))) {
      const [experiment = NaN, seed] = run.split("/").map(Number);
      await until(() => attemptsOf(storage, experiment, seed).at(-1) === "completed: done");
    }
  } catch (cause) {
    const logs = readdirSync(join(storage, "logs")).filter((name) => !name.endsWith(".json"));
    const said = logs.map(
      (name) => `${name}\n${readFileSync(join(storage, "logs", name), "utf8").slice(-2000)}`,
    );
    throw new Error(`${JSON.stringify(flagsOf(storage))}\n${said.join("\n")}`, { cause });
  }
}

/**
 * What the records of a run's attempts say: `released: preempted by SIGTERM`, `voided: lost`. A late
 * owner's keeps its token, and counts no more than one that is not shown yet.
 */
export function attemptsOf(storage: string, experiment: number, seed = 1): readonly string[] {
  const folder = join(storage, `experiment${experiment}`, `seed${seed}`);
  const marks = readdirSync(folder).map(parseRecordFile);
  const attempts = marks.filter((mark) => typeof mark === "number");
  attempts.sort((one, other) => one - other);
  return attempts.map((attempt) => {
    const text = readFileSync(join(folder, recordFile(attempt)), "utf8");
    const { outcome, cause } = JSON.parse(text) as {
      readonly outcome: string;
      readonly cause: { readonly kind: string; readonly by?: string };
    };
    const by = cause.kind === "preempted" ? ` by ${cause.by ?? ""}` : "";
    return `${outcome}: ${cause.kind}${by}`;
  });
}

/** Each run is COMPLETED by one of its attempts, and came to its end once. */
export function expectEachExecutedOnce(search: ClusterSearch, size: Size): void {
  expectEachCompletedOnce(search, size);
  expect(search.told("executions")).to.have.length(size.values * size.seeds.length);
}

/** The same, but a run may have come to its end just after it was asked to stop, and then once more. */
export function expectEachCompletedOnce({ storage, told }: ClusterSearch, size: Size): void {
  const runs = size.values * size.seeds.length;
  expect(new Set(told("executions")).size).to.equal(runs);
  for (let experiment = 1; experiment <= size.values; experiment++) {
    for (const seed of size.seeds) {
      const completed = attemptsOf(storage, experiment, seed).filter((one) =>
        one.startsWith("completed"),
      );
      expect(completed, `experiment${experiment}/seed${seed}`).to.deep.equal(["completed: done"]);
    }
  }
}

const OUTLASTED = ["released: preempted by the end of its time", "completed: done"];

/**
 * The only run of a search goes on for longer than its job may: it is put back before the end, and
 * completed by another job.
 * @param limits - the flags that limit the first job's time
 */
export async function expectToOutlastJob(
  search: ClusterSearch,
  size: Size,
  scheduler: readonly string[],
  limits: readonly string[],
): Promise<void> {
  const { folder, storage, allaunch } = search;
  hold(folder);
  await allaunch(...scheduler, ...limits);
  await until(() => attemptsOf(storage, 1).length === 1);
  await until(() => flagsOf(storage)["1/1"] === "UNHATCHED");
  goOn(folder);
  await allaunch(...scheduler);
  await settled(storage);
  expectEachExecutedOnce(search, size);
  expect(attemptsOf(storage, 1)).to.deep.equal(OUTLASTED);
}
