import { readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { freeEndedJobs, hasEnded } from "../../../src/commands/cluster/ended-jobs.ts";
import { survey } from "../../../src/commands/work/held-runs.ts";
import { lsf } from "../../../src/core/scheduling/lsf.ts";
import { pbs, torque } from "../../../src/core/scheduling/pbs.ts";
import { sge } from "../../../src/core/scheduling/sge.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
import type { Host } from "../../../src/host.ts";
import { listRuns } from "../../../src/tree/directory-tree.ts";
import { claim } from "../../../src/tree/run-folder.ts";
import { perform } from "../../../src/tree/steps.ts";
import { createWorkerIdentity } from "../../../src/tree/worker-identity.ts";
import { writeSmallStorage } from "../../support/small-storage.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

const OBSERVER = "f".repeat(24);

describe("hasEnded", () => {
  const job = { scheduler: "slurm", cluster: "c1", job: "7", restartCount: 1 };
  const WORDS = [
    ["7|7|N/A|COMPLETED|1|c1|None", true],
    ["7|7|N/A|PREEMPTED|1|c1|None", true],
    ["7|7|N/A|COMPLETING|1|c1|None", false],
    ["7|7|N/A|RUNNING|1|c1|None", false],
    ["7|7|N/A|NODE_FAIL|1|c1|None", false],
    ["7|7|N/A|COMPLETED|2|c1|None", false],
    ["7|7|N/A|COMPLETED|1|c2|None", false],
    ["8|7|N/A|COMPLETED|1|c1|None", false],
    ["", false],
  ] as const;
  for (const [said, ended] of WORDS) {
    it(`is ${ended} for restart 1 of job 7 on c1 by ${JSON.stringify(said)}`, () => {
      expect(hasEnded(job, slurm.parseStates(said))).to.equal(ended);
    });
  }

  for (const [scheduler, id, said, ended] of [
    [pbs, "21[0].pbs1", "Job Id: 21[0].pbs1\n    job_state = X\n    Exit_status = 3\n", true],
    [pbs, "25.pbs1", "Job Id: 25.pbs1\n    job_state = F\n    Exit_status = -3\n", false],
    [torque, "77[0].head", "Job Id: 77[0].head\n    job_state = C\n    exit_status = 271\n", true],
    [sge, "22.2", "22 0.0 al_x me z 11/21/2026 16:13:54 2 1,2\n", true],
    [sge, "22.undefined", "22 0.0 al_x me z 11/21/2026 16:13:54 2\n", true],
    [sge, "22.3", "22 0.0 al_x me z 11/21/2026 16:13:54 2 1,2\n", false],
    [lsf, "12.1", "12|1|EXIT\n", true],
    [lsf, "12.1", "12|1|UNKWN\n", false],
  ] as const) {
    it(`is ${ended} for ${scheduler.name}'s ${id} by ${JSON.stringify(said.slice(0, 60))}`, () => {
      const one = { scheduler: scheduler.name, cluster: "", job: id, restartCount: 0 };
      expect(hasEnded(one, scheduler.parseStates(said))).to.equal(ended);
    });
  }
});

describe("freeEndedJobs", () => {
  it(
    "gives the run of an owner whose job is over to whoever looks, with one question a minute",
    withTempDirectory(async (root) => {
      const { storage, look, asked, host } = await heldRun(root, "7|7|N/A|TIMEOUT|0|c1|TimeLimit");
      const found = await freeEndedJobs(storage, look(), host);
      expect(found.interrupted).to.have.length(1);
      expect(found.interrupted[0]?.holder.dead).to.equal(true);
      expect(found.alive).to.have.length(0);
      const again = await Promise.all(
        Array.from({ length: 5 }, () => freeEndedJobs(storage, look(), host)),
      );
      expect(again.map(({ interrupted }) => interrupted.length)).to.deep.equal([1, 1, 1, 1, 1]);
      expect(asked).to.have.length(1);
    }),
  );

  it(
    "asks again in the next minute, and keeps one answer",
    withTempDirectory(async (root) => {
      const { storage, look, asked, host } = await heldRun(root, "7|7|N/A|RUNNING|0|c1|None");
      expect((await freeEndedJobs(storage, look(), host)).alive).to.have.length(1);
      const clock = { ...host.clock, now: () => host.clock.now() + 60_000 };
      expect((await freeEndedJobs(storage, look(), { ...host, clock })).alive).to.have.length(1);
      expect(asked).to.have.length(2);
      expect(readdirSync(join(root, ".jobs"))).to.have.length(1);
    }),
  );

  it(
    "leaves it to the lease when the scheduler gives no answer, or garbage",
    withTempDirectory(async (root) => {
      for (const answer of [undefined, "slurm_load_jobs error: Unable to contact controller"]) {
        const { storage, look, host } = await heldRun(root, answer);
        expect((await freeEndedJobs(storage, look(), host)).interrupted).to.have.length(0);
      }
    }),
  );

  it(
    "asks nobody for runs of workers without a job",
    withTempDirectory(async (root) => {
      const { storage, look, asked, host } = await heldRun(root, "", {});
      expect((await freeEndedJobs(storage, look(), host)).interrupted).to.have.length(0);
      expect(asked).to.have.length(0);
    }),
  );
});

/** A storage with one run that a worker in job 7 holds. @param answer - squeue's; undefined if it fails */
async function heldRun(
  root: string,
  answer: string | undefined,
  environment: Host["environment"] = { SLURM_JOB_ID: "7", SLURM_CLUSTER_NAME: "c1" },
) {
  const asked: (readonly string[])[] = [];
  const run = (command: readonly string[]) => {
    asked.push(command);
    const end = { signal: null, error: null, timedOut: false, stderr: "" };
    return Promise.resolve({ ...end, code: answer === undefined ? 1 : 0, stdout: answer ?? "" });
  };
  const clock = { ...testHost().clock, now: () => 1_800_000_000_000 };
  const host = testHost({ environment, clock, processes: { ...testHost().processes, run } });
  const id = `ju${readdirSync(root).length}`;
  const runs = [{ experiment: 1, seed: 1, flag: "UNHATCHED" }];
  const storage = join(root, await writeSmallStorage(root, { id, runs }));
  const identity = createWorkerIdentity(15_000, host);
  identity.introduce(storage);
  const [first] = listRuns(storage, host);
  perform(claim(first?.path ?? "", identity.nextOwner()), host);
  // Somewhere else, or its death could be seen.
  const elsewhere = { ...host, machine: { ...host.machine, machineId: "elsewhere" } };
  const look = () => survey(storage, listRuns(storage, host), OBSERVER, elsewhere);
  return { storage, look, asked, host };
}
