import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import { flagsOf, linesOf, LIST, prepareProject, until } from "../support/small-project.ts";
import { expectEachExecutedOnce, settled } from "../support/cluster-search.ts";
import { useSlurm } from "../support/slurm/use-slurm.ts";
import { makeTempProject } from "../support/temp-project.ts";

const LARGE = { values: 100, seeds: [1, 2], ms: 50 };
const TWO = { values: 2, seeds: [1], ms: 50 };
/** A clone's set-up, which a test that runs in one cannot repeat. */
const SETUP = "npm ci && npm run build && npm link";

describe("allaunch on a real Slurm", function () {
  this.timeout(180_000);
  // Two arrays for four nodes.
  const { withCluster, onCluster } = useSlurm({ nodes: 4, cpus: 2, maxArraySize: 3, gpus: 2 });

  it(
    "executes 200 runs once each on four nodes, by arrays that the site takes",
    onCluster(LARGE, async (search) => {
      const what = ["--nodes", "4", "-p", "2", "--time", "10m"];
      const printed = await search.allaunch("--scheduler", "slurm", ...what);
      expect(printed.split("\n")).to.have.length(2);
      await settled(search.storage);
      expectEachExecutedOnce(search, LARGE);
      const hosts = linesOf(search.folder, "started").map((line) => line.split(" ")[1]);
      expect([...new Set(hosts)].sort()).to.deep.equal(["n1", "n2", "n3", "n4"]);
    }),
  );

  it(
    "gives each of a node's workers its part of the GPUs that Slurm has given to the job",
    withCluster(async (folder, slurm) => {
      const storage = await prepareProject(folder, {
        program: { command: ["sh", "-c", 'echo "$CUDA_VISIBLE_DEVICES" >>gpus; sleep 0.5'] },
        values: Array.from({ length: 8 }, (_, index) => index),
      });
      const what = [
        "--scheduler",
        "slurm",
        "--gpus",
        "2",
        "--cpus",
        "2",
        "--gpus_per_run",
        "0.5",
        "--quiet",
      ];
      const { code, stderr } = await runCommand(
        "allaunch",
        [...LIST, ...what],
        folder,
        slurm.environment,
      );
      expect(code, stderr).to.equal(0);
      await settled(storage);
      const seen = linesOf(folder, "gpus");
      expect(new Set(seen)).to.deep.equal(new Set(["0", "1"]));
      expect(readdirSync(join(storage, ".workers"))).to.have.length(4);
    }),
  );

  it(
    "takes a user from a clone to a finished search by the commands of docs/clusters.md",
    withCluster(async (folder, slurm) => {
      const PATH = await makeTempProject(folder);
      const [setup, ...commands] = blockOfPage(0).split("\n");
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
      const made = readdirSync(join(folder, "storage/benchmark"), { recursive: true });
      expect(made.join("\n")).to.match(/\.(png|svg)/);
    }),
  );

  it(
    "retrains and compares when the search is done, by the commands of docs/clusters.md",
    withCluster(async (folder, slurm) => {
      const PATH = await makeTempProject(folder);
      const env = { ...process.env, ...slurm.environment, PATH };
      const prepare = blockOfPage(0)
        .split("\n")
        .find((line) => line.startsWith("alprep"));
      for (const commands of [prepare ?? "", blockOfPage(1)])
        execFileSync("bash", ["-ec", commands], { cwd: folder, env, stdio: "pipe" });
      await until(() => slurm.run("squeue", "-h", "--me") === "", 120_000);
      const said = readFileSync(join(folder, "retrain.out"), "utf8");
      const models = join(folder, "storage/benchmark");
      expect(existsSync(models), said).to.equal(true);
      expect(readdirSync(models, { recursive: true }).join("\n"), said).to.match(
        /optimism\.(png|svg)/,
      );
    }),
  );

  it(
    "says in Slurm's own words why it refuses",
    onCluster(TWO, async ({ folder, storage }, slurm) => {
      const asks = [
        [["--partition", "nowhere"], "invalid partition specified: nowhere"],
        [["--gpus", "9"], "Requested node configuration is not available"],
        [["--scheduler_option=--gres=tpu:1"], "Invalid generic resource (gres) specification"],
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

/** A block of commands of docs/clusters.md. */
function blockOfPage(index: number): string {
  const page = readFileSync("docs/clusters.md", "utf8");
  return [...page.matchAll(/```sh\n([\s\S]*?)```/g)][index]?.[1]?.trim() ?? "";
}

const allSettled = async (root: string) => {
  const storages = readdirSync(root).filter((name) => /^\w+_\w+_\w+/.test(name));
  expect(storages).to.have.length(2);
  for (const storage of storages) await settled(join(root, storage));
};
