import { spawnSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { callScheduler } from "../../../src/commands/cluster/call.ts";
import { oar } from "../../../src/core/scheduling/oar.ts";
import { runCommand } from "../../support/commands.ts";
import { refusalOf } from "../../support/refusal-of.ts";
import { flagsOf, linesOf, LIST, prepareProject } from "../../support/small-project.ts";
import { callsOf, standIn } from "../../support/stand-ins.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const SUBMIT = [...LIST, "--scheduler", "slurm", "--quiet"];
const PROJECT = { program: { command: ["sh", "-c", "echo {x} >>executed"] }, values: [1, 2] };
const UNTOUCHED = ["UNHATCHED", "UNHATCHED"];

/** What Slurm says, and what our message adds. */
const REFUSALS = [
  ["Invalid account or account/partition combination specified", "sacctmgr show assoc"],
  ["QOSMaxSubmitJobPerUserLimit", "fewer --nodes"],
  ["Requested time limit is invalid (missing or exceeds some limit)", "how long each partition"],
  ["Unable to contact slurm controller (connect failure)", "scontrol ping"],
  ["Socket timed out on send/recv operation", "look at `squeue --me` before you try again"],
] as const;

describe("allaunch --scheduler, when it cannot be", function () {
  this.timeout(60_000);

  for (const [words, remedy] of REFUSALS) {
    it(
      `quotes the scheduler, says what to do, exits with 5 and loses no run: ${words}`,
      withTempDirectory(async (folder) => {
        const storage = await prepareProject(folder, PROJECT);
        const line = `sbatch: error: Batch job submission failed: ${words}`;
        const PATH = standIn(folder, "sbatch", `echo '${line}' >&2; exit 1`);
        const { code, stderr } = await runCommand("allaunch", SUBMIT, folder, { PATH });
        expect(code).to.equal(5);
        expect(stderr).to.include(line).and.to.include(remedy);
        expect(Object.values(flagsOf(storage))).to.deep.equal(UNTOUCHED);
      }),
    );
  }

  const SLOW = [
    ["allaunch", SUBMIT, 5, "Look at your queue"],
    ["allaunch", [...LIST, "--cancel"], 5, "Look at your queue"],
    ["alstatus", [], 0, "The scheduler gave no answer"],
  ] as const;
  for (const [command, args, expected, words] of SLOW) {
    it(
      `exits with ${expected} when the queue gives no answer in time: ${command} ${args.slice(-1).join(" ")}`,
      withTempDirectory(async (folder) => {
        const storage = await prepareProject(folder, PROJECT);
        const PATH = standIn(folder, "sbatch", "echo 7");
        await runCommand("allaunch", SUBMIT, folder, { PATH });
        for (const slow of ["sbatch", "squeue"])
          standIn(folder, slow, "echo Welcome to the cluster; exec sleep 1000");
        const environment = { PATH, NODE_OPTIONS: impatience(folder) };
        const { code, stdout, stderr } = await runCommand(command, args, folder, environment);
        expect(code, stderr).to.equal(expected);
        expect(`${stdout}${stderr}`).to.include(words);
        if (expected === 5)
          expect(stderr).to.include("gave no answer in").and.to.include("Welcome to the cluster");
        expect(Object.values(flagsOf(storage))).to.deep.equal(UNTOUCHED);
      }),
    );
  }

  it("quotes each line once, and goes by the complaint rather than by what else was printed", async () => {
    const { processes, files } = testHost();
    const refused = {
      code: 254,
      signal: null,
      error: null,
      stdout: "[ADMISSION RULE] Set default walltime to 7200.\nOAR_JOB_ID=-5\n",
      stderr: "DBI connect failed\nERROR : The queue x does not exist\nDBI connect failed\n",
      timedOut: false,
    };
    const host = { files, processes: { ...processes, run: () => Promise.resolve(refused) } };
    const call = { command: ["oarsub"] };
    const refusal = await refusalOf(callScheduler(oar, call, "submit the job", host));
    expect(refusal.message.match(/DBI connect failed/g)).to.have.length(1);
    expect(refusal.hint).to.include("--partition");
  });

  it(
    "shows what folders say, when the queue answers garbage",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      standIn(folder, "sbatch", "echo 7");
      const PATH = standIn(folder, "squeue", "head -c 100000 /dev/urandom");
      await runCommand("allaunch", SUBMIT, folder, { PATH });
      const args = ["-s", basename(storage)];
      const { code, stdout } = await runCommand("alstatus", args, folder, { PATH });
      expect(code).to.equal(0);
      expect(stdout).to.match(/2 +2 +0 +0 +0/);
    }),
  );

  it(
    "works in its own folder, wherever the job starts",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      const PATH = standIn(folder, "sbatch", "echo 7");
      await runCommand("allaunch", SUBMIT, folder, { PATH });
      expect(runSubmitted(folder, folder).status).to.equal(0);
      expect(linesOf(folder, "executed")).to.have.length(2);
      expect(Object.values(flagsOf(storage))).to.deep.equal(["COMPLETED", "COMPLETED"]);
    }),
  );

  it(
    "ends with 5 on a node that does not see the storages, or the project, and names the folder",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      const PATH = standIn(folder, "sbatch", "echo 7");
      await runCommand("allaunch", SUBMIT, folder, { PATH });
      renameSync(storage, join(folder, "elsewhere"));
      const end = runSubmitted(folder, join(folder, "elsewhere"));
      expect(end.status).to.equal(5);
      expect(end.stderr).to.include(`this node does not see the folder ${storage}`);
      expect(Object.values(flagsOf(join(folder, "elsewhere")))).to.deep.equal(UNTOUCHED);
    }),
  );
});

/** What lets a command of ours wait for another one a fiftieth of the time that it should. */
function impatience(folder: string): string {
  const text = `
    import processes from "node:child_process";
    import { syncBuiltinESMExports } from "node:module";
    const { execFile } = processes;
    processes.execFile = (program, words, options, end) =>
      execFile(program, words, { ...options, timeout: options.timeout / 50 }, end);
    syncBuiltinESMExports();`;
  writeFileSync(join(folder, "impatience.mjs"), text);
  return "--import ./impatience.mjs";
}

/** Runs the script that was submitted, which may lie in a storage that was moved, in another folder. */
function runSubmitted(folder: string, base: string) {
  const [call] = callsOf(folder, "sbatch");
  const path = call?.words.at(-1) ?? "";
  const script = base === folder ? path : join(base, "logs", basename(path));
  return spawnSync("bash", [script], { cwd: "/", encoding: "utf8" });
}
