import { expect } from "chai";
import yargs from "yargs";

import { nameAnteriorJobs } from "../../../src/commands/cluster/anterior-jobs.ts";
import { oar } from "../../../src/core/scheduling/oar.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
import type { Scheduler } from "../../../src/core/scheduling/scheduler.ts";
import { parseLaunchOptions } from "../../../src/commands/launch/launch-options.ts";
import { refusalOf } from "../../support/refusal-of.ts";
import { testHost } from "../../support/test-host.ts";

const ANSWER = JSON.stringify({
  "4": { Job_Id: 4, array_id: 4, state: "Terminated" },
  "5": { Job_Id: 5, array_id: 4, state: "Running" },
  "6": { Job_Id: 6, array_id: 4, state: "Waiting" },
  "9": { Job_Id: 9, array_id: 8, state: "Waiting" },
});

async function named(scheduler: Scheduler, ...after: readonly string[]) {
  const asked: (readonly string[])[] = [];
  const { processes, files } = testHost();
  const run = (command: readonly string[]) => {
    asked.push(command);
    const end = { code: 0, signal: null, error: null, stderr: "", timedOut: false };
    return Promise.resolve({ ...end, stdout: ANSWER });
  };
  const parser = { "camel-case-expansion": false };
  const args = yargs([
    "--storage_name",
    "s",
    ...after.flatMap((id) => ["--after", id]),
  ]).parserConfiguration(parser);
  const options = await parseLaunchOptions(args);
  const host = { files, processes: { ...processes, run } };
  const { cluster } = await nameAnteriorJobs(options, scheduler, host);
  return { after: cluster.after, asked };
}

describe("nameAnteriorJobs", () => {
  it("names the jobs of an array one by one where a scheduler does not know arrays", async () => {
    const { after, asked } = await named(oar, "4");
    expect(after).to.deep.equal(["5", "6"]);
    expect(asked).to.deep.equal([oar.ask(["4"]).command]);
  });

  it("names each job once, whether by its own id or by its array's", async () => {
    expect((await named(oar, "6", "4", "9")).after).to.deep.equal(["6", "5", "9"]);
  });

  it("refuses a job that OAR does not know, for which it would wait for ever", async () => {
    const refusal = await refusalOf(named(oar, "4", "4711"));
    expect(refusal).to.include({ code: "scheduler" });
    expect(refusal.message).to.include("oar knows no job 4711");
  });

  it("asks nobody where arrays can be named, or nothing is to be waited for", async () => {
    expect(await named(slurm, "4")).to.deep.equal({ after: ["4"], asked: [] });
    expect(await named(oar)).to.deep.equal({ after: [], asked: [] });
  });
});
