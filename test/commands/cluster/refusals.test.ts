import { spawnSync } from "node:child_process";
import { renameSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { callScheduler } from "../../../src/commands/cluster/call.ts";
import { oar } from "../../../src/core/scheduling/oar.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
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
  ["Socket timed out on send/recv operation", "scontrol ping"],
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

  it("says that nobody knows, when the scheduler gives no answer in time", async () => {
    const stdout = "Welcome to the cluster";
    const silent = {
      code: null,
      signal: "SIGKILL",
      error: null,
      stdout,
      stderr: "",
      timedOut: true,
    };
    const { processes, files } = testHost();
    const host = { files, processes: { ...processes, run: () => Promise.resolve(silent) } };
    const call = { command: ["sbatch", "x.sh"] };
    const error: unknown = await callScheduler(slurm, call, "submit the job", host).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.include({ code: "scheduler" });
    expect(error).to.have.property("message").that.includes("gave no answer").and.includes(stdout);
  });

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

/** Runs the script that was submitted, which may lie in a storage that was moved, in another folder. */
function runSubmitted(folder: string, base: string) {
  const [call] = callsOf(folder, "sbatch");
  const path = call?.words.at(-1) ?? "";
  const script = base === folder ? path : join(base, "logs", basename(path));
  return spawnSync("bash", [script], { cwd: "/", encoding: "utf8" });
}
