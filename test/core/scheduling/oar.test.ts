import { expect } from "chai";
import fc from "fast-check";

import { oar } from "../../../src/core/scheduling/oar.ts";
import { SMALL_JOB } from "../../support/small-job.ts";

const RESOURCES = "-l nodes=1/resource_id=2";
const OUTPUT = ["-O /data/logs/jobs_1_%jobid%.out", "-E /data/logs/jobs_1_%jobid%.out"];
const headOf = (asked: Partial<Parameters<typeof oar.directives>[0]>) =>
  oar
    .directives({ ...SMALL_JOB, ...asked })
    .filter((line) => !line.startsWith("-n ") && !OUTPUT.includes(line));

/** `oarstat --full -J -j 7` of OAR 2.5.9. */
const FULL = `{
   "7" : {
      "cpuset_name" : null,
      "dependencies" : [],
      "startTime" : 1795277949,
      "job_user" : "searcher",
      "queue" : "default",
      "owner" : "searcher",
      "state" : "Running",
      "walltime" : 20,
      "types" : [],
      "Job_Id" : 7,
      "stderr_file" : "OAR.7.stderr",
      "stopTime" : 0,
      "submissionTime" : 1795277947,
      "events" : [],
      "properties" : "(desktop_computing = 'NO') AND drain='NO'",
      "array_index" : 1,
      "launchingDirectory" : "/home/searcher",
      "jobType" : "PASSIVE",
      "wanted_resources" : "-l \\"{type = 'default'}/network_address=1,walltime=0:0:20\\" ",
      "scheduledStart" : 1795277949,
      "assigned_resources" : [
         1,
         2
      ],
      "command" : "sleep 100",
      "reservation" : "None",
      "stdout_file" : "OAR.7.stdout",
      "message" : "R=2,W=0:0:20,J=B (Karma=0.000,quota_ok)",
      "project" : "default",
      "resubmit_job_id" : 0,
      "assigned_network_address" : [
         "n1"
      ],
      "name" : null,
      "initial_request" : "oarsub -l nodes=1,walltime=0:0:20 --checkpoint 8 --signal 10 sleep 100",
      "array_id" : 7,
      "exit_code" : null
   }
}
`;
/** `oarstat -J` of OAR 2.5.9, of a job that waits for one that there is not. */
const WAITING = `{
   "1" : {
      "Job_Id" : 1,
      "array_id" : 1,
      "startTime" : 0,
      "message" : "Cannot determine scheduling time due to dependency with the job 999",
      "state" : "Waiting",
      "assigned_resources" : []
   }
}
`;

describe("oar", () => {
  it("says all properties in one line, for OAR takes the last one only", () => {
    const asked = { gpus: 1, memoryMiB: 100, options: ["-p cluster='a' OR cluster='b'", "-t x"] };
    expect(headOf(asked)).to.deep.equal([
      RESOURCES,
      "-p (gpu_count > 0) AND (memnode >= 100) AND (cluster='a' OR cluster='b')",
      "-t x",
    ]);
    expect(headOf({ options: ["--property=host='n1'"] })).to.deep.equal([
      RESOURCES,
      "-p host='n1'",
    ]);
  });

  it("asks for the resources that were given, for OAR would take its own choice of two lines", () => {
    const options = ["-l host=1/gpu=2", " --resource=host=2/gpu=1,walltime=1:00:00"];
    expect(headOf({ options, seconds: 60 })).to.deep.equal([
      "-l host=1/gpu=2,walltime=00:01:00",
      "-l host=2/gpu=1,walltime=1:00:00",
    ]);
  });

  it("quotes nothing, for OAR takes the rest of a line as it is", () => {
    expect(headOf({ partition: "my queue", account: 'a"b', after: ["1", "2"] })).to.deep.equal([
      RESOURCES,
      "-q my queue",
      '--project a"b',
      "-a 1",
      "-a 2",
    ]);
  });

  it("keeps every option that was given, whatever it is", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (options) => {
        const head = headOf({ options }).join("\n");
        // Of what is asked of nodes one line is made.
        const said = (option: string) =>
          option.trim().replace(/^-(?:-resource|-property|l|p)\s*=?/, "");
        for (const option of options) expect(head).to.include(said(option).trim());
      }),
    );
  });

  it("starts jobs where their script is, wherever they are submitted", () => {
    const { command } = oar.submit("/data/logs/jobs_1.sh");
    expect(command).to.deep.equal([
      "oarsub",
      "-d",
      "/data/logs",
      "--scanscript",
      "/data/logs/jobs_1.sh",
    ]);
    expect(() => oar.submit("/my data/x.sh")).to.throw("OAR takes no file");
  });

  it("asks for arrays by their ids and for single jobs by theirs, and for nothing else", () => {
    expect(oar.ask(["4", "5", "x OR TRUE"]).command).to.deep.equal([
      "oarstat",
      "-J",
      "--sql",
      "array_id IN (0,4,5) OR job_id IN (0,4,5)",
    ]);
  });

  it("reads when a job will be ended, unless that is not known yet", () => {
    const { ask, parse } = oar.jobEnd ?? expect.fail();
    expect(ask("7").command).to.deep.equal(["oarstat", "--full", "-J", "-j", "7"]);
    expect(parse(FULL)).to.equal(1_795_277_969);
    for (const text of [WAITING, "", "{}", "[]", '{"1":null}', '{"1":{"startTime":"x"}}', "no"])
      expect(parse(text)).to.equal(undefined);
  });

  it("reads why a job waits, if that is said", () => {
    expect(oar.parseStates(FULL)[0]).to.include({ id: "7", phase: "running", reason: "" });
    const [job] = oar.parseStates(WAITING);
    expect(job).to.include({ id: "1", phase: "pending", word: "Waiting" });
    expect(job?.reason).to.equal(
      "Cannot determine scheduling time due to dependency with the job 999",
    );
  });

  for (const [words, hint] of [
    ["ERROR : The queue nowhere does not exist", "--partition"],
    ["There are not enough resources for your request", "ask for less"],
    ['Bad resource request (ERROR:  column "gpu_count" does not exist', "GPUs"],
    ['Bad resource request (ERROR:  column "memnode" does not exist', "-p"],
    ["/!\\ Not able to scan file line: #OAR --checkpoint=60. at Sub.pm line 144.", "'--checkpoint"],
    ["[ADMISSION RULE] Error: unknown job type: nonsense", "admission rules"],
    ["DBI connect('database=oar;host=127.0.0.1') failed: Connection refused", "database"],
  ] as const) {
    it(`knows what to do about ${words}`, () => {
      const remedy = (oar.remedies ?? []).find(([pattern]) => pattern.test(words));
      expect(remedy?.[1]).to.include(hint);
    });
  }
});
