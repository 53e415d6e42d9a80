import { readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../../support/commands.ts";
import { linesOf, LIST, prepareProject } from "../../support/small-project.ts";
import { standIn } from "../../support/stand-ins.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const SAY = 'echo "gpu=$CUDA_VISIBLE_DEVICES threads=$OMP_NUM_THREADS" >>seen; sleep 0.3';
const PROJECT = {
  program: { command: ["sh", "-c", SAY] },
  values: Array.from({ length: 8 }, (_, index) => index),
};

describe("allaunch --gpus_per_run", function () {
  this.timeout(60_000);

  it(
    "starts no more workers than the GPUs take, each with its own",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      const args = [...LIST, "--gpus_per_run", "0.5", "-p", "9"];
      const end = await runCommand("allaunch", args, folder, { CUDA_VISIBLE_DEVICES: "3,5" });
      expect(end.code, end.stderr).to.equal(0);
      expect(end.stderr).to.include("4 workers instead of 9: there are GPUs for no more.");
      expect(new Set(linesOf(folder, "seen"))).to.deep.equal(
        new Set(["gpu=3 threads=", "gpu=5 threads="]),
      );
      expect(readdirSync(join(storage, ".workers"))).to.have.length(4);
    }),
  );

  it(
    "asks the machine for its GPUs where no variable names them",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      const PATH = standIn(folder, "nvidia-smi", "printf '0\\n1\\n2\\n'");
      const end = await runCommand("allaunch", [...LIST, "--gpus_per_run", "1"], folder, { PATH });
      expect(end.code, end.stderr).to.equal(0);
      expect(new Set(linesOf(folder, "seen"))).to.deep.equal(
        new Set(["gpu=0 threads=", "gpu=1 threads=", "gpu=2 threads="]),
      );
      expect(readdirSync(join(storage, ".workers"))).to.have.length(3);
    }),
  );

  it(
    "says that there is none, and leaves the runs alone",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      const args = [...LIST, "--gpus_per_run", "1"];
      const end = await runCommand("allaunch", args, folder, { CUDA_VISIBLE_DEVICES: "" });
      expect(end.code).to.equal(2);
      expect(end.stderr).to.include("there are 0 GPUs here");
      expect(linesOf(folder, "seen")).to.deep.equal([]);
    }),
  );
});

describe("allaunch --cpus_per_run", function () {
  this.timeout(60_000);

  it(
    "starts as many workers as the job's cores take, and tells their programs how many they have",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      const job = { HATCHERY_JOB_CPUS: "1", OMP_NUM_THREADS: "" };
      const end = await runCommand("allaunch", [...LIST, "--cpus_per_run", "1"], folder, job);
      expect(end.code, end.stderr).to.equal(0);
      expect(new Set(linesOf(folder, "seen"))).to.deep.equal(new Set(["gpu= threads=1"]));
      expect(readdirSync(join(storage, ".workers"))).to.have.length(1);
    }),
  );
});
