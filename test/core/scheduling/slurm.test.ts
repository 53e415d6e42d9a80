import { expect } from "chai";
import fc from "fast-check";

import type { JobRequest } from "../../../src/core/scheduling/scheduler.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";

const REQUEST: JobRequest = {
  name: "al_digits",
  shell: "/bin/bash",
  folder: "/home/u/it's a project",
  output: "/home/u/100%/logs/jobs_1_",
  tasks: 4,
  cpus: 2,
  gpus: 1,
  memoryMiB: 8192,
  seconds: 14_400,
  partition: "gpu",
  account: "physics",
  after: ["12", "13"],
  options: ["--constraint=v100"],
};

/** What squeue 22.05 printed of real jobs. */
const SQUEUE = `2|1|0|COMPLETED|0|c1|None
3|3|2-9%2|PENDING|0|c1|JobArrayTaskLimit
4|4|1-3999:2|CANCELLED|0|c1|BeginTime
6|3|0|COMPLETING|0|c1|None
7|3|1|RUNNING|2|c1|None
8|8|N/A|PENDING|0|c1|PartitionNodeLimit
9|9|N/A|NODE_FAIL|1|c1|NodeDown
`;

describe("slurm", () => {
  it("asks for everything in the head of the script", () => {
    expect(slurm.directives(REQUEST)).to.deep.equal([
      "--job-name=al_digits",
      '--chdir="/home/u/it\'s a project"',
      "--output=/home/u/100%%/logs/jobs_1_%A_%a.out",
      "--open-mode=append",
      "--requeue",
      "--array=0-3",
      "--nodes=1",
      "--ntasks=1",
      "--cpus-per-task=2",
      "--gres=gpu:1",
      "--mem=8192M",
      "--time=0-04:00:00",
      "--partition=gpu",
      "--account=physics",
      "--dependency=afterany:12:13",
      "--constraint=v100",
    ]);
  });

  it("refuses a path for the output in which Slurm would read no pattern", () => {
    const act = () => slurm.directives({ ...REQUEST, output: "/home/u/a\\b/jobs_" });
    expect(errorOf(UserError, act).hint).to.include("logDir");
  });

  it("leaves to the site what nobody asked for, and makes no array of one", () => {
    const nothing = { gpus: undefined, memoryMiB: undefined, seconds: undefined };
    const nobody = { partition: undefined, account: undefined, after: [], options: [] };
    const head = slurm.directives({ ...REQUEST, ...nothing, ...nobody, tasks: 1 }).join("\n");
    expect(head).not.to.match(/array|gres|mem=|time|partition|account|dependency/);
    expect(head).to.include("--output=/home/u/100%%/logs/jobs_1_%j.out");
  });

  it("finds the id of what it submitted, also behind a site's own words", () => {
    expect(slurm.parseSubmission("12\n")).to.deep.equal(["12"]);
    expect(slurm.parseSubmission("12;cluster2\n")).to.deep.equal(["12"]);
    expect(slurm.parseSubmission("Welcome!\n34\n")).to.deep.equal(["34"]);
    expect(slurm.parseSubmission("")).to.equal(undefined);
    expect(slurm.parseSubmission("sbatch: error: 7 problems")).to.equal(undefined);
  });

  it("reads what squeue says", () => {
    const jobs = slurm.parseStates(SQUEUE);
    expect(
      jobs.map(({ id, submission, phase, count }) => [id, submission, phase, count]),
    ).to.deep.equal([
      ["2", "1", "ended", 1],
      ["3", "3", "pending", 8],
      ["4", "4", "ended", 2000],
      ["6", "3", "running", 1],
      ["7", "3", "running", 1],
      ["8", "8", "pending", 1],
      ["9", "9", "doubtful", 1],
    ]);
    expect(jobs[1]?.reason).to.equal("JobArrayTaskLimit");
    expect(jobs[4]?.restarts).to.equal(2);
  });

  it("leaves out what it does not understand, and doubts states that it does not know", () => {
    expect(
      slurm.parseStates("slurm_load_jobs error: Unable to contact\n|||||\nx|1|0|RUNNING|0|c1|"),
    ).to.deep.equal([]);
    expect(slurm.parseStates("5|5|N/A|__proto__|0|c1|None")[0]).to.include({ phase: "doubtful" });
    expect(slurm.parseStates("5|5|N/A|TELEPORTED|0|c1|None")[0]).to.include({ phase: "doubtful" });
  });

  it("reads any text without failing", () => {
    const piece = fc.oneof(
      fc.constantFrom("|", "\n", "1", "RUNNING", "1-5%2", "COMPLETED"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const job of slurm.parseStates(pieces.join(""))) {
          expect(job.id).to.match(/^\d+$/);
          expect(job.count).to.be.at.least(1);
        }
        const [id = "1"] = slurm.parseSubmission(pieces.join("")) ?? [];
        expect(id).to.match(/^\d+$/);
      }),
    );
  });

  it("reads how large an array may be", () => {
    const config = "Configuration data\nMaxArraySize            = 1001\nMaxJobCount = 10000\n";
    expect(slurm.arrayLimit?.parse(config)).to.equal(1001);
    expect(slurm.arrayLimit?.parse("garbage")).to.equal(undefined);
  });
});
