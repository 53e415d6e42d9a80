import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../../support/commands.ts";
import { flagsOf, LIST, prepareProject } from "../../support/small-project.ts";
import { callsOf, standIn } from "../../support/stand-ins.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const SLURM = [...LIST, "--scheduler", "slurm", "--quiet"];
const PROJECT = { program: { command: ["true"] }, values: [1, 2, 3, 4, 5, 6, 7, 8] };
const CONFIG = "echo 'MaxArraySize = 3'";

describe("allaunch --scheduler", function () {
  this.timeout(60_000);

  it(
    "submits one array of workers with what was asked for, records it and leaves",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      standIn(folder, "scontrol", "exit 1");
      const PATH = standIn(folder, "sbatch", "echo 77");
      const args = [
        "--nodes",
        "3",
        "-p",
        "2",
        "--time",
        "1:00:00",
        "--partition",
        "gpu",
        "--gpus",
        "1",
      ];
      const end = await runCommand("allaunch", [...SLURM, ...args], folder, { PATH });
      expect(end, end.stderr).to.include({ code: 0, stdout: "77\n" });
      const [call, ...others] = callsOf(folder, "sbatch");
      expect(others).to.have.length(0);
      const script = readFileSync(call?.words.at(-1) ?? "", "utf8");
      expect(script).to.include("#SBATCH --array=0-2\n").and.include("#SBATCH --partition=gpu\n");
      expect(script).to.include("#SBATCH --gres=gpu:1\n").and.include("--n_processes=2");
      expect(Object.values(flagsOf(storage))).to.deep.equal(Array(8).fill("UNHATCHED"));
      expect(recordsOf(storage)).to.deep.equal([
        { scheduler: "slurm", jobs: [{ id: "77", tasks: 3 }] },
      ]);
    }),
  );

  it(
    "cuts arrays to the site's limit, and submits no more workers than there are runs",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      standIn(folder, "scontrol", CONFIG);
      const PATH = standIn(folder, "sbatch", "echo $RANDOM");
      const { code, stderr } = await runCommand("allaunch", [...SLURM, "--nodes", "1000"], folder, {
        PATH,
      });
      expect(code, stderr).to.equal(0);
      const scripts = callsOf(folder, "sbatch").map(({ words }) =>
        readFileSync(words.at(-1) ?? "", "utf8"),
      );
      expect(scripts.map((text) => /--array=(\S+)/.exec(text)?.[1])).to.deep.equal([
        "0-1",
        "0-2",
        "0-2",
      ]);
      expect(recordsOf(storage)[0]?.jobs).to.have.length(3);
    }),
  );

  it(
    "quotes the scheduler's words when it refuses, says what it had accepted, and exits with 5",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      standIn(folder, "scontrol", CONFIG);
      const refusal = "sbatch: error: AssocMaxSubmitJobLimit";
      const first = `[ -e first ] && { echo '${refusal}' >&2; exit 1; }; touch first; echo 41`;
      const PATH = standIn(folder, "sbatch", first);
      const { code, stderr } = await runCommand("allaunch", [...SLURM, "--nodes", "8"], folder, {
        PATH,
      });
      expect(code).to.equal(5);
      expect(stderr).to.include(refusal).and.include("Accepted before that: 41 (2)");
      expect(recordsOf(storage)[0]?.jobs).to.deep.equal([{ id: "41", tasks: 2 }]);
    }),
  );

  const BROKEN = [
    ["there is no such command", undefined, "There is no sbatch on this machine"],
    ["it prints no id", "echo 'Good morning'", "printed no id"],
    ["it prints nothing", "true", "printed no id"],
    ["it dies", "kill -9 $$", "SIGKILL"],
  ] as const;
  for (const [what, body, message] of BROKEN) {
    it(
      `exits with 5 and loses no run when ${what}`,
      withTempDirectory(async (folder) => {
        const storage = await prepareProject(folder, PROJECT);
        const path = standIn(folder, "scontrol", "exit 1");
        if (body !== undefined) standIn(folder, "sbatch", body);
        const PATH = `${path.split(":")[0] ?? ""}:/bin`;
        const { code, stderr } = await runCommand("allaunch", SLURM, folder, {
          PATH: body === undefined ? (path.split(":")[0] ?? "") : PATH,
        });
        expect(code).to.equal(5);
        expect(stderr).to.include(message);
        expect(Object.values(flagsOf(storage))).to.deep.equal(Array(8).fill("UNHATCHED"));
        expect(recordsOf(storage)).to.deep.equal([]);
      }),
    );
  }

  it(
    "does nothing with --dry_run, and refuses a scheduler that nobody knows",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      const PATH = standIn(folder, "sbatch", "echo 1");
      const dry = await runCommand("allaunch", [...SLURM, "--dry_run"], folder, { PATH });
      expect(dry.code, dry.stderr).to.equal(0);
      const unknown = await runCommand("allaunch", [...LIST, "--scheduler", "slrum"], folder, {
        PATH,
      });
      expect(unknown.code).to.equal(2);
      expect(unknown.stderr).to.include('Did you mean "slurm"?');
      expect(callsOf(folder, "sbatch")).to.have.length(0);
    }),
  );
});

describe("allaunch --cancel", function () {
  this.timeout(60_000);

  it(
    "ends those of its jobs that are not over, and no others",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      standIn(folder, "scontrol", CONFIG);
      standIn(
        folder,
        "squeue",
        "printf '1|1|N/A|RUNNING|0|c|\\n2|2|0|COMPLETED|0|c|\\n3|3|0|RUNNING|0|c|\\n'",
      );
      standIn(folder, "scancel", "");
      const PATH = standIn(folder, "sbatch", "ls calls/sbatch | wc -l");
      const submission = await runCommand("allaunch", [...SLURM, "--nodes", "6"], folder, { PATH });
      expect(submission.stdout).to.equal("1\n2\n");
      const dry = await runCommand("allaunch", [...LIST, "--cancel", "--dry_run"], folder, {
        PATH,
      });
      expect(dry.stdout).to.include("Would end 1 submission: 1.");
      expect(callsOf(folder, "scancel")).to.have.length(0);
      const { stdout } = await runCommand("allaunch", [...LIST, "--cancel"], folder, { PATH });
      expect(stdout).to.include("Ended 1 submission: 1.");
      expect(callsOf(folder, "scancel").map(({ words }) => words)).to.deep.equal([["1"]]);
    }),
  );
});

describe("alstatus, of a storage with jobs", function () {
  this.timeout(60_000);

  it(
    "says how many wait and run, and asks the scheduler once a minute at most",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      const said = ["1|1|0|RUNNING|0|c|", "2|1|1-4|PENDING|0|c|Priority", "9|9|0|RUNNING|0|c|"];
      standIn(folder, "squeue", `printf '%s\\n' ${said.map((line) => `'${line}'`).join(" ")}`);
      standIn(folder, "scontrol", "exit 1");
      const PATH = standIn(folder, "sbatch", "echo 1");
      await runCommand("allaunch", [...SLURM, "--nodes", "5"], folder, { PATH });
      const startMs = Date.now();
      for (let look = 0; look < 3; look++) {
        const { stdout } = await runCommand("alstatus", [], folder, { PATH });
        expect(stdout).to.include("1 run, 4 wait");
      }
      const minutes = Math.floor(Date.now() / 60_000) - Math.floor(startMs / 60_000) + 1;
      expect(callsOf(folder, "squeue").length).to.be.at.most(minutes);
    }),
  );
});

describe("alstatus, when nothing seems to happen", function () {
  this.timeout(60_000);

  const CASES = [
    ["why jobs wait", "1|1|0-1|PENDING|0|c|JobHeldUser", "says: JobHeldUser."],
    ["that all jobs are over", "1|1|0|FAILED|0|c|None", "No job of yours waits or runs for"],
  ] as const;
  for (const [what, said, remark] of CASES) {
    it(
      `says ${what}`,
      withTempDirectory(async (folder) => {
        await prepareProject(folder, PROJECT);
        standIn(folder, "squeue", `echo '${said}'`);
        standIn(folder, "scontrol", "exit 1");
        const PATH = standIn(folder, "sbatch", "echo 1");
        await runCommand("allaunch", [...SLURM, "--nodes", "2"], folder, { PATH });
        const { stdout } = await runCommand("alstatus", [], folder, { PATH });
        expect(stdout).to.include(remark);
      }),
    );
  }

  it(
    "says that nobody knows what became of them when the scheduler gives no answer",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      standIn(folder, "squeue", "echo 'slurm_load_jobs error: Unable to contact' >&2; exit 1");
      const PATH = standIn(folder, "sbatch", "echo 1");
      await runCommand("allaunch", SLURM, folder, { PATH });
      const { code, stdout } = await runCommand("alstatus", [], folder, { PATH });
      expect(code).to.equal(0);
      expect(stdout).to.include("The scheduler gave no answer");
    }),
  );

  it(
    "asks about the jobs of all storages at once, where a scheduler is asked by their ids",
    withTempDirectory(async (folder) => {
      standIn(folder, "qstat", "exit 1");
      const PATH = standIn(folder, "qsub", "ls calls/qsub | wc -l | sed 's/$/.server/'");
      for (const values of [[1], [2]]) {
        await prepareProject(folder, { ...PROJECT, values });
        await runCommand("allaunch", [...LIST, "--scheduler", "pbs"], folder, { PATH });
      }
      await runCommand("alstatus", [], folder, { PATH });
      const [asked, ...others] = callsOf(folder, "qstat").map(({ words }) => words.join(" "));
      expect(asked).to.include("1.server").and.to.include("2.server");
      expect(others).to.have.length(0);
    }),
  );
});

describe("a scheduler of one's own", function () {
  this.timeout(60_000);

  it(
    "submits, is asked and cancels as docs/clusters.md shows",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, PROJECT);
      const page = readFileSync("docs/clusters.md", "utf8");
      const [, text = ""] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
      writeFileSync(join(folder, "queue.ts"), text);
      standIn(folder, "list", "echo 5 working");
      standIn(folder, "drop", "");
      const PATH = standIn(folder, "put", "echo hello; echo queued as 5");
      const args = [...LIST, "--scheduler", "./queue.ts", "--nodes", "2"];
      const { code, stderr } = await runCommand("allaunch", args, folder, { PATH });
      expect(code, stderr).to.equal(0);
      const [{ input } = { input: "" }] = callsOf(folder, "put");
      expect(input).to.include("#QUEUE times 2\n").and.include('HATCHERY_JOB_ID="$QUEUE_ID"');
      expect(recordsOf(storage)[0]).to.deep.equal({
        scheduler: join(folder, "queue.ts"),
        jobs: [{ id: "5", tasks: 2 }],
      });
      expect((await runCommand("alstatus", [], folder, { PATH })).stdout).to.include("1 run");
      await runCommand("allaunch", [...LIST, "--cancel"], folder, { PATH });
      expect(callsOf(folder, "drop").map(({ words }) => words)).to.deep.equal([["5"]]);
    }),
  );

  it(
    "is refused with what it lacks",
    withTempDirectory(async (folder) => {
      await prepareProject(folder, PROJECT);
      writeFileSync(join(folder, "queue.js"), 'export default { name: "queue" };');
      const args = [...LIST, "--scheduler", "./queue.js"];
      const { code, stderr } = await runCommand("allaunch", args, folder);
      expect(code).to.equal(2);
      expect(stderr).to.include("prefix (a text)").and.include("parseStates()");
    }),
  );
});

function recordsOf(storage: string) {
  const logs = join(storage, "logs");
  return readdirSync(logs)
    .filter((name) => /^jobs_.*\.json$/.test(name))
    .map((name) => {
      const text = readFileSync(join(logs, name), "utf8");
      const { scheduler, jobs } = JSON.parse(text) as { scheduler: string; jobs: object[] };
      return { scheduler, jobs };
    });
}
