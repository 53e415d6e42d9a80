import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import { flagsOf, linesOf, LIST, prepareProject } from "../support/small-project.ts";
import { callsOf, standIn } from "../support/stand-ins.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

const PROJECT = {
  program: { command: ["sh", "-c", "echo {x} >>executed"] },
  values: [1, 2, 3],
  seeds: [1, 2],
};
const WRITE = [...LIST, "--scheduler", "slurm", "--job_scripts"];
/** Does at once what a scheduler does later. */
const RUN = 'bash "${!#}" >&2 </dev/null; echo $((++count + $$))';

describe("allaunch --job_scripts", function () {
  this.timeout(60_000);

  it(
    "writes a script for each run that waits, by the project's settings, and lists them",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      writeFileSync(
        join(folder, "hatchery.config.json"),
        JSON.stringify({
          cluster: {
            partition: "gpu",
            memory: "2G",
            gpus: 1,
            logDir: "my logs",
            options: ["-C v100"],
          },
        }),
      );
      await runCommand("allaunch", [...LIST, "--run", "experiment2/seed1"], folder);
      const end = await runCommand("allaunch", WRITE, folder);
      expect(end.code, end.stderr).to.equal(0);
      expect(end.stdout).to.include("Wrote 5 job scripts");
      const list = linesOf(storage, "jobscripts.lst");
      expect(list).to.have.length(5);
      // Seed 1 of every experiment comes first.
      expect(list[0]).to.equal("experiment1/seed1/script.sh");
      expect(list).to.not.include("experiment2/seed1/script.sh");
      const script = readFileSync(join(storage, "experiment3/seed2/script.sh"), "utf8");
      expect(script).to.include("#SBATCH --partition=gpu\n#SBATCH -C v100\n");
      expect(script).to.include("#SBATCH --gres=gpu:1\n#SBATCH --mem=2048M\n");
      expect(script).to.include("my logs/job_experiment3_seed2_%j.out");
      expect(script).to.include("--run=experiment3/seed2");
    }),
  );

  it(
    "is told when it names a run that is not there, as any launch is",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      for (const more of [
        [],
        ["--scheduler", "slurm"],
        ["--scheduler", "slurm", "--job_scripts"],
      ]) {
        const args = [...LIST, "--run", "experiment9/seed9", ...more];
        const end = await runCommand("allaunch", args, folder);
        expect(end.code).to.equal(2);
        expect(end.stderr).to.include("There is no experiment9/seed9 in");
      }
    }),
  );

  it(
    "writes scripts of which each executes its own run",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      await runCommand("allaunch", WRITE, folder);
      const PATH = standIn(folder, "sbatch", RUN);
      const script = join(relative(folder, storage), "experiment3/seed2/script.sh");
      const end = await runCommand("alsub", [script], folder, { PATH });
      expect(end.code, end.stderr).to.equal(0);
      expect(linesOf(folder, "executed")).to.deep.equal(["3"]);
      expect(flagsOf(storage)).to.include({ "3/2": "COMPLETED", "3/1": "UNHATCHED" });
    }),
  );
});

describe("alsub", function () {
  this.timeout(60_000);

  it(
    "submits a list, leaves out what does not wait any more, and lets --cancel know",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      await runCommand("allaunch", WRITE, folder);
      await runCommand("allaunch", [...LIST, "--run", "experiment1/seed1"], folder);
      const PATH = standIn(folder, "sbatch", "ls calls/sbatch | wc -l");
      standIn(folder, "squeue", "echo '3|3|N/A|RUNNING|0|c|None'");
      standIn(folder, "scancel", "");
      const list = join(relative(folder, storage), "jobscripts.lst");
      const end = await runCommand("alsub", [list], folder, { PATH });
      expect(end.code, end.stderr).to.equal(0);
      expect(end.stdout).to.include("Submitted 5 jobs: 1, 2, 3, 4, 5.\n1 script left out");
      const scripts = callsOf(folder, "sbatch").map(({ words }) =>
        relative(storage, words.at(-1) ?? ""),
      );
      expect(scripts).to.deep.equal(linesOf(storage, "jobscripts.lst").slice(1));
      await runCommand("allaunch", [...LIST, "--cancel"], folder, { PATH });
      expect(callsOf(folder, "scancel").map(({ words }) => words)).to.deep.equal([["3"]]);
    }),
  );

  it(
    "takes any script, for the scheduler that is named",
    withTempDirectory(async (folder) => {
      writeFileSync(join(folder, "my.sh"), "#!/bin/sh\n#SBATCH --time=1\necho hello\n");
      const PATH = standIn(folder, "sbatch", "echo 12");
      const args = ["my.sh", "--scheduler", "slurm", "--quiet"];
      expect((await runCommand("alsub", args, folder, { PATH })).stdout).to.equal("12\n");
      const end = await runCommand("alsub", ["my.sh"], folder, { PATH });
      expect(end).to.include({ code: 2 });
      expect(end.stderr).to.include("Neither");
    }),
  );

  it(
    "lets --cancel find a scheduler of one's own, which was named by a path from elsewhere",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      await runCommand("allaunch", WRITE, folder);
      const parts =
        'name: "q", prefix: "#Q", directives: () => [], submit: (path) => ({ command: ["put", path] }), jobVariable: "Q", parseSubmission: () => ["5"], ask: () => ({ command: ["list"] }), parseStates: () => [], cancel: (ids) => ({ command: ["drop", ...ids] })';
      writeFileSync(join(folder, "q.js"), `export default { ${parts} };`);
      standIn(folder, "put", "");
      const PATH = standIn(folder, "list", "");
      const script = join(storage, "experiment3", "seed2", "script.sh");
      const args = [script, "--scheduler", "../q.js"];
      const end = await runCommand("alsub", args, join(folder, "storage"), { PATH });
      expect(end.code, end.stderr).to.equal(0);
      expect((await runCommand("allaunch", [...LIST, "--cancel"], folder, { PATH })).code).to.equal(
        0,
      );
      expect(callsOf(folder, "list")).to.have.length(1);
    }),
  );

  it(
    "quotes the scheduler when it refuses, and says how many it had taken",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      await runCommand("allaunch", WRITE, folder);
      const twice =
        "[ $(ls calls/sbatch | wc -l) -le 2 ] || { echo QOSMaxSubmitJob >&2; exit 1; }; echo 5";
      const PATH = standIn(folder, "sbatch", twice);
      const end = await runCommand("alsub", [join(storage, "jobscripts.lst")], folder, { PATH });
      expect(end.code).to.equal(5);
      expect(end.stderr)
        .to.include("QOSMaxSubmitJob")
        .and.to.include("before that: 2 of 6 scripts");
      const logs = readFileSync(join(storage, "logs", recordName(storage)), "utf8");
      expect(JSON.parse(logs)).to.have.property("jobs").with.lengthOf(2);
    }),
  );

  it(
    "submits nothing of a list that names what is no script",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      await runCommand("allaunch", WRITE, folder);
      const PATH = standIn(folder, "sbatch", "echo 5");
      rmSync(join(storage, "experiment3/seed2/script.sh"));
      const end = await runCommand("alsub", [join(storage, "jobscripts.lst")], folder, { PATH });
      expect(end.code).to.equal(2);
      expect(end.stderr).to.include('"experiment3/seed2/script.sh"');
      expect(callsOf(folder, "sbatch")).to.have.length(0);
    }),
  );
});

const recordName = (storage: string) =>
  readdirSync(join(storage, "logs")).find((name) => /^jobs_.*\.json$/.test(name)) ?? "";
