import { expect } from "chai";

import { jobEnd } from "../../../src/commands/cluster/job-end.ts";
import { testHost } from "../../support/test-host.ts";

const END = 1_800_000_000;

describe("jobEnd", () => {
  it("is what the job's environment says, the earlier of two", async () => {
    const job = { SLURM_JOB_ID: "7", HATCHERY_JOB_ID: "7" };
    expect(await jobEnd(inJob({ ...job, SLURM_JOB_END_TIME: String(END) }))).to.equal(END * 1000);
    const both = { SLURM_JOB_END_TIME: String(END), HATCHERY_JOB_END: String(END - 5) };
    expect(await jobEnd(inJob({ ...job, ...both }))).to.equal((END - 5) * 1000);
  });

  it("is asked for where nothing says it, and not that of a job from within which it was submitted", async () => {
    const asked: (readonly string[])[] = [];
    const environment = { SLURM_JOB_ID: "8", HATCHERY_JOB_ID: "7", HATCHERY_JOB_END: "1000000000" };
    const end = await jobEnd(inJob(environment, asked));
    expect(end).to.equal(END * 1000);
    expect(asked).to.have.length(1);
    expect(asked[0]).to.include.members(["squeue", "8"]);
  });

  it("is unknown outside of jobs, and where the answer is no time", async () => {
    expect(await jobEnd(inJob({}))).to.equal(undefined);
    expect(await jobEnd(inJob({ SLURM_JOB_ID: "8" }, [], "soon"))).to.equal(undefined);
    expect(await jobEnd(inJob({ SLURM_JOB_END_TIME: "soon" }))).to.equal(undefined);
  });
});

function inJob(
  environment: Readonly<Record<string, string>>,
  asked: (readonly string[])[] = [],
  answer = `${END}\n`,
) {
  const run = (command: readonly string[]) => {
    asked.push(command);
    const end = { code: 0, signal: null, error: null, timedOut: false };
    return Promise.resolve({ ...end, stdout: answer, stderr: "" });
  };
  return testHost({ environment, processes: { ...testHost().processes, run } });
}
