import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import {
  flagsOf,
  linesOf,
  LIST,
  prepareProject,
  readRunFile,
  until,
} from "../support/small-project.ts";
import { type Slurm, startSlurm, whyNoSlurm } from "../support/slurm/slurm.ts";
import { makeTempProject } from "../support/temp-project.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

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
const NODES = 4;

describe("allaunch on a real Slurm", function () {
  this.timeout(180_000);
  let slurm: Slurm | undefined;

  before(async function () {
    const reason = whyNoSlurm();
    if (reason === undefined) {
      // Two arrays for four nodes.
      slurm = await startSlurm({ nodes: NODES, cpus: 2, maxArraySize: 3 });
      return;
    }
    console.warn(`      NOT TRIED: there can be no Slurm here: ${reason}.`);
    expect(process.env["CI"], reason).to.not.equal("true");
  });
  after(() => slurm?.stop());

  /** A test in a project of `values` × `seeds` runs of `ms`; without Slurm there is none. */
  const onCluster = (size: Size, body: (search: ClusterSearch) => Promise<void>) =>
    withTempDirectory(async (folder) => {
      if (slurm === undefined) return;
      const storage = await prepareSearch(folder, size);
      try {
        await body({ folder, storage, slurm, allaunch: allaunchIn(folder, slurm) });
      } finally {
        // Whoever finds nothing left to do may still be looking.
        await ended(slurm);
      }
    });

  it(
    "executes 200 runs once each on four nodes, by arrays that the site takes",
    onCluster({ values: 100, seeds: [1, 2], ms: 50 }, async ({ folder, storage, allaunch }) => {
      const stdout = await allaunch(
        "--scheduler",
        "slurm",
        "--nodes",
        "4",
        "-p",
        "2",
        "--time",
        "10m",
      );
      expect(stdout.trim().split("\n")).to.have.length(2);
      await settled(storage);
      expect(new Set(linesOf(folder, "executions")).size).to.equal(200);
      expect(linesOf(folder, "executions")).to.have.length(200);
      const hosts = linesOf(folder, "started").map((line) => line.split(" ")[1]);
      expect([...new Set(hosts)].sort()).to.deep.equal(["n1", "n2", "n3", "n4"]);
    }),
  );

  it(
    "goes on after a preemption with what the higher partition had taken the node from",
    onCluster({ values: 8, seeds: [1], ms: 100 }, async ({ folder, storage, allaunch, slurm }) => {
      writeFileSync(join(folder, "hold"), "");
      await allaunch("--scheduler", "slurm", "--nodes", "4", "-p", "2", "--partition", "low");
      await until(() => linesOf(folder, "started").length === 8);
      const urgent = ["--exclusive", "--nodes=4", "--partition=high", "--output=/dev/null"];
      slurm.run("sbatch", ...urgent, "--wrap", `touch '${folder.replaceAll("'", "'\\''")}/urgent'`);
      await until(() => existsSync(join(folder, "urgent")));
      expect(Object.values(flagsOf(storage))).to.deep.equal(Array(8).fill("UNHATCHED"));
      rmSync(join(folder, "hold"));
      await settled(storage);
      expect(linesOf(folder, "executions")).to.have.length(8);
      for (let experiment = 1; experiment <= 8; experiment++) {
        const { outcome, cause } = readRunFile(storage, experiment);
        expect(outcome).to.equal("released");
        expect(cause).to.deep.equal({ kind: "preempted", by: "SIGTERM" });
        expect(readRunFile(storage, experiment, "run.2.json")).to.include({ outcome: "completed" });
      }
    }),
  );

  it(
    "stops before the end of its time, and says that it was the time",
    onCluster({ values: 1, seeds: [1], ms: 50 }, async ({ folder, storage, allaunch }) => {
      writeFileSync(join(folder, "hold"), "");
      await allaunch("--scheduler", "slurm", "--time", "10s");
      await until(() => existsSync(join(storage, "experiment1/seed1/run.json")));
      expect(readRunFile(storage, 1)["cause"]).to.deep.equal({
        kind: "preempted",
        by: "the end of its time",
      });
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
    }),
  );

  it(
    "executes every run once when a node's daemon is killed and its job starts a second time elsewhere",
    onCluster({ values: 12, seeds: [1], ms: 100 }, async ({ folder, storage, allaunch, slurm }) => {
      writeFileSync(join(folder, "hold"), "");
      await allaunch("--scheduler", "slurm", "--nodes", "2", "--cpus", "2");
      await until(() => linesOf(folder, "started").length === 2);
      const index = Number(/ n(\d)$/.exec(linesOf(folder, "started")[0] ?? "")?.[1]) - 1;
      slurm.killNode(index);
      try {
        // What the job had started on the lost node lives on, and holds its run.
        await until(() => linesOf(folder, "started").length === 3, 90_000);
        rmSync(join(folder, "hold"));
        await settled(storage);
        expect(linesOf(folder, "executions")).to.have.length(12);
        expect(new Set(linesOf(folder, "executions")).size).to.equal(12);
        expect(linesOf(folder, "started")).to.have.length(12);
      } finally {
        slurm.restartNode(index);
      }
      await until(() => idle(slurm) === NODES);
    }),
  );

  it(
    "ends its jobs when asked to, puts the runs back, and starts again",
    onCluster({ values: 4, seeds: [1], ms: 50 }, async ({ folder, storage, allaunch, slurm }) => {
      writeFileSync(join(folder, "hold"), "");
      await allaunch("--scheduler", "slurm", "--nodes", "2", "-p", "2");
      await until(() => linesOf(folder, "started").length === 4);
      await allaunch("--cancel");
      await until(() => Object.values(flagsOf(storage)).every((flag) => flag === "UNHATCHED"));
      await until(() => slurm.run("squeue", "-h", "--me") === "");
      rmSync(join(folder, "hold"));
      await allaunch("--scheduler", "slurm", "--nodes", "2");
      await settled(storage);
      expect(linesOf(folder, "executions")).to.have.length(4);
    }),
  );

  it(
    "takes a user from a clone to a finished search by the commands of docs/clusters.md",
    withTempDirectory(async (folder) => {
      if (slurm === undefined) return;
      const PATH = await makeTempProject(folder);
      const page = readFileSync("docs/clusters.md", "utf8");
      const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
      const [setup, ...commands] = block.trim().split("\n");
      expect(setup).to.equal(SETUP);
      expect(commands.map((line) => line.split(" ")[0])).to.deep.equal([
        "alprep",
        "allaunch",
        "alstatus",
        "albench",
      ]);
      const env = { ...process.env, ...slurm.environment, PATH };
      for (const command of commands) {
        execFileSync("sh", ["-c", command], { cwd: folder, env, stdio: "pipe" });
        if (command.startsWith("allaunch")) await allSettled(join(folder, "storage"));
      }
      await ended(slurm);
      const made = readdirSync(join(folder, "storage/benchmark"), { recursive: true });
      expect(made.join("\n")).to.match(/\.(png|svg)/);
    }),
  );

  it(
    "says in Slurm's own words why it refuses",
    onCluster({ values: 2, seeds: [1], ms: 50 }, async ({ folder, storage, slurm }) => {
      const asks = [
        [["--partition", "nowhere"], "invalid partition specified: nowhere"],
        [["--gpus", "1"], "Invalid generic resource (gres) specification"],
        [["--memory", "9999G"], "Requested node configuration is not available"],
      ] as const;
      for (const [ask, words] of asks) {
        const args = [...LIST, "--scheduler", "slurm", ...ask];
        const { code, stderr } = await runCommand("allaunch", args, folder, slurm.environment);
        expect(code).to.equal(5);
        expect(stderr).to.include(words);
      }
      expect(Object.values(flagsOf(storage))).to.deep.equal(["UNHATCHED", "UNHATCHED"]);
    }),
  );
});

/** A clone's set-up, which a test that runs in one cannot repeat. */
const SETUP = "npm ci && npm run build && npm link";

type Size = { readonly values: number; readonly seeds: readonly number[]; readonly ms: number };

type ClusterSearch = {
  readonly folder: string;
  readonly storage: string;
  readonly slurm: Slurm;
  /** @returns the ids of jobs */
  readonly allaunch: (...args: readonly string[]) => Promise<string>;
};

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
    const words = [...LIST, ...QUICK, "--quiet", ...args];
    const { code, stdout, stderr } = await runCommand("allaunch", words, folder, slurm.environment);
    expect(code, stderr).to.equal(0);
    return stdout;
  };

/** Waits until every run is COMPLETED; if one will not be, says what the jobs said. */
async function settled(storage: string): Promise<void> {
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

const allSettled = async (root: string) => {
  const storages = readdirSync(root).filter((name) => /^\w+_\w+_\w+/.test(name));
  expect(storages).to.have.length(2);
  for (const storage of storages) await settled(join(root, storage));
};

async function ended(slurm: Slurm): Promise<void> {
  slurm.run("scancel", "--me");
  await until(() => slurm.run("squeue", "-h", "--me") === "");
}

const idle = (slurm: Slurm) =>
  slurm
    .run("sinfo", "-h", "-N", "-p", "normal", "-o", "%t")
    .split("\n")
    .filter((state) => state === "idle").length;
