import { expect } from "chai";
import fc from "fast-check";

import { formatJobScript, type JobScript } from "../../../src/core/scheduling/job-script.ts";
import { lsf } from "../../../src/core/scheduling/lsf.ts";
import { oar } from "../../../src/core/scheduling/oar.ts";
import { pbs, torque } from "../../../src/core/scheduling/pbs.ts";
import { SCHEDULERS } from "../../../src/core/scheduling/schedulers.ts";
import { sge } from "../../../src/core/scheduling/sge.ts";
import { UserError } from "../../../src/errors.ts";
import { refusals } from "../../support/directive-rules.ts";
import { errorOf } from "../../support/error-of.ts";
import { SMALL_JOB } from "../../support/small-job.ts";

const JOB = {
  name: "al_digits",
  shell: "/bin/bash",
  folder: "/home/me/project",
  output: "/data/storage/s/logs/jobs_1_",
  tasks: 4,
  cpus: 8,
  gpus: 2,
  memoryMiB: 16_384,
  seconds: 100_000,
  partition: "long",
  account: "physics",
  after: ["11", "12"],
  options: ["-m n"],
};
const LITTLE = { ...SMALL_JOB, cpus: 1 };

const SCRIPT: JobScript = {
  scheduler: "x",
  about: ["a comment"],
  environment: {},
  preamble: [],
  setup: [],
  cleanup: [],
  folder: "/home/me/project",
  needs: [],
  command: ["true"],
};

const HEADS = [
  [
    pbs,
    [
      "-N al_digits",
      "-S /bin/bash",
      "-j oe",
      "-o /data/storage/s/logs/",
      "-r y",
      "-J 0-3",
      "-l select=1:ncpus=8:ngpus=2:mem=16384mb",
      "-l walltime=27:46:40",
      "-q long",
      "-A physics",
      "-W depend=afterany:11:12:13[].head",
      "-m n",
    ],
  ],
  [
    torque,
    [
      "-N al_digits",
      "-S /bin/bash",
      "-j oe",
      "-o /data/storage/s/logs/",
      "-r y",
      "-t 0-3",
      "-l nodes=1:ppn=8:gpus=2",
      "-l mem=16384mb",
      "-l walltime=27:46:40",
      "-q long",
      "-A physics",
      "-W depend=afterany:11:12,afteranyarray:13[].head",
      "-m n",
    ],
  ],
  [
    sge,
    [
      "-N al_digits",
      "-S /bin/bash",
      '-o "/data/storage/s/logs/jobs_1_$JOB_ID.$TASK_ID.out"',
      "-j y",
      "-r y",
      "-notify",
      "-t 1-4",
      "-pe smp 8",
      "-l gpu=2",
      "-l h_vmem=2048M",
      "-l h_rt=27:46:40",
      "-q long",
      "-P physics",
      "-hold_jid 11,12",
      "-m n",
    ],
  ],
  [
    lsf,
    [
      '-J "al_digits[1-4]"',
      "-o /data/storage/s/logs/jobs_1_%J_%I.out",
      "-r",
      "-n 8",
      '-R "span[hosts=1]"',
      '-gpu "num=2"',
      "-M 16384MB",
      '-R "rusage[mem=16384MB]"',
      "-W 1667",
      "-q long",
      "-P physics",
      '-w "ended(11) && ended(12)"',
      "-m n",
    ],
  ],
  [
    oar,
    [
      "-n al_digits",
      "-l nodes=1/resource_id=8,walltime=27:46:40",
      "-O /data/storage/s/logs/jobs_1_%jobid%.out",
      "-E /data/storage/s/logs/jobs_1_%jobid%.out",
      "--array 4",
      "-p (gpu_count > 0) AND (memnode >= 16384)",
      "-q long",
      "--project physics",
      "-a 11",
      "-a 12",
      "-m n",
    ],
  ],
] as const;

describe("schedulers' heads of scripts", () => {
  for (const [scheduler, lines] of HEADS) {
    it(`say everything that was asked for, as ${scheduler.name} has it`, () => {
      const isPbs = scheduler === pbs || scheduler === torque;
      const after = isPbs ? [...JOB.after, "13[].head"] : JOB.after;
      expect(scheduler.directives({ ...JOB, after })).to.deep.equal(lines);
    });

    it(`make no array of one job, and leave to the site what was not said: ${scheduler.name}`, () => {
      const text = scheduler.directives(LITTLE).join("\n");
      expect(text).to.not.match(/undefined|NaN|array|-[Jt] 0-|-t 1-|\[1-|walltime|mem|h_rt/);
    });
  }

  for (const [scheduler] of HEADS.slice(0, 4)) {
    it(`are what ${scheduler.name}'s manual has`, () => {
      for (const job of [JOB, LITTLE, { ...JOB, name: `al_${"long".repeat(15)}` }]) {
        expect(refusals(scheduler.name, formatJobScript(scheduler, job, SCRIPT))).to.deep.equal([]);
      }
    });
  }

  for (const [scheduler, output, quoted] of [
    [pbs, '/it\'s "my"/data/x_', `-o "/it's "'"'"my"'"'"/data/"`],
    [torque, "/my data/x_", '-o "/my data/"'],
    [sge, "/my data/x_", '-o "/my data/x_$JOB_ID.out"'],
    [lsf, "/my data/x_", '-o "/my data/x_%J.out"'],
  ] as const) {
    it(`quote a path as ${scheduler.name} reads it: ${output}`, () => {
      expect(scheduler.directives({ ...LITTLE, output })).to.include(quoted);
    });
  }

  it("refuse a path that the scheduler would read as something else", () => {
    for (const [scheduler, output] of [
      [sge, "/it's/x_"],
      [sge, "/a#b c/x_"],
      [sge, "/a:b/x_"],
      [sge, "/a,b/x_"],
      [lsf, '/"mine"/x_'],
      [lsf, "/%J/x_"],
    ] as const) {
      const act = () => scheduler.directives({ ...LITTLE, output });
      expect(errorOf(UserError, act), output).to.have.property("code", "usage");
    }
  });

  it("do not ask for no GPUs, of which sites without any know nothing", () => {
    for (const scheduler of SCHEDULERS)
      expect(scheduler.directives({ ...LITTLE, gpus: 0 })).to.deep.equal(
        scheduler.directives(LITTLE),
      );
  });

  it("leave the shell to the site where it has arguments", () => {
    for (const scheduler of [pbs, torque, sge]) {
      const head = scheduler.directives({ ...LITTLE, shell: "/usr/bin/env bash" });
      expect(head.join("\n")).not.to.include("-S");
    }
  });

  it("refuse a path that OAR cannot read", () => {
    expect(() => oar.directives({ ...JOB, output: "/my data/x_" })).to.throw("OAR takes no file");
  });
});

describe("schedulers' answers to a submission", () => {
  for (const [scheduler, printed, id] of [
    [pbs, "1234.pbs01\n", "1234.pbs01"],
    [pbs, "welcome\n1234[].pbs01.example.org\n", "1234[].pbs01.example.org"],
    [torque, "77\n", "77"],
    [sge, "12\n", "12"],
    [sge, "12.1-4:1\n", "12"],
    [lsf, "Job <12> is submitted to default queue <normal>.\n", "12"],
    // As OAR 2.5.9 printed it.
    [
      oar,
      "[ADMISSION RULE] Modify resource description with type constraints\nOAR_JOB_ID=4\nOAR_JOB_ID=5\nOAR_ARRAY_ID=4\n",
      "4",
    ],
    [oar, "[ADMISSION RULE] x\nOAR_JOB_ID=3\n", "3"],
    [oar, "There are not enough resources for your request\nOAR_JOB_ID=-5\n", undefined],
    [pbs, "qsub: submit error\n", undefined],
    [sge, "Your job 12 has been submitted\n", undefined],
    [lsf, "Request aborted by esub.\n", undefined],
  ] as const) {
    it(`are read: ${scheduler.name}, ${JSON.stringify(printed.slice(0, 40))}`, () => {
      expect(scheduler.parseSubmission(printed)?.[0]).to.equal(id);
    });
  }
});

const PBS_ANSWER = `Job Id: 12[].pbs01
    Job_Name = al_digits
    job_state = B
    array = True

Job Id: 12[0].pbs01
    job_state = X
    Exit_status = 0

Job Id: 12[1].pbs01
    job_state = R
    comment = Job run at Sat Nov 21 at 14:00

Job Id: 13.pbs01
    job_state = F
    Exit_status = -11
Job Id: 14[].pbs01
    job_state = Q
`;
const SGE_ANSWER = `job-ID  prior   name       user         state submit/start at     queue                          slots ja-task-ID
-----------------------------------------------------------------------------------------------------------------
     12 0.55500 al_digits  me           r     11/21/2026 14:00:00 all.q@n1.example.org               8 1
     12 0.55500 al_digits  me           qw    11/21/2026 14:00:00                                    8 2
     13 0.55500 al_x       me           Eqw   11/21/2026 14:00:00                                    1
     14 0.55500 al_x       me           dr    11/21/2026 14:00:00 all.q@n2                           1
`;
/** As OAR 2.5.9 printed it, but for what is not read. */
const OAR_ANSWER = `{
   "4" : { "array_id" : 4, "state" : "Running", "Job_Id" : 4, "message" : "R=2,W=0:5:0", "types" : [] },
   "5" : { "array_id" : 4, "state" : "Waiting", "Job_Id" : 5, "message" : "", "resubmit_job_id" : 0 },
   "3" : { "array_id" : 3, "state" : "Terminated", "Job_Id" : 3 }
}`;

describe("schedulers' words for states", () => {
  for (const [scheduler, printed, states] of [
    [
      pbs,
      PBS_ANSWER,
      [
        "12[0].pbs01 12[].pbs01 ended",
        "12[1].pbs01 12[].pbs01 running",
        "13.pbs01 13.pbs01 doubtful",
        "14[].pbs01 14[].pbs01 pending",
      ],
    ],
    [
      sge,
      SGE_ANSWER,
      ["12.1 12 running", "12.2 12 pending", "13.undefined 13 pending", "14.undefined 14 running"],
    ],
    [
      lsf,
      "12|1|RUN\n12|2|PEND\n13|0|EXIT\n14|0|UNKWN\nJob <15> is not found\n",
      ["12.1 12 running", "12.2 12 pending", "13.0 13 ended", "14.0 14 doubtful"],
    ],
    // Keys that are numbers come in their order.
    [oar, OAR_ANSWER, ["3 3 ended", "4 4 running", "5 4 pending"]],
    // OAR 3, by its source.
    [oar, '{"7": {"array_id": 6, "id": 7, "state": "Running"}}', ["7 6 running"]],
    [oar, "OAR is down", []],
    [oar, "[1, null, {}]", []],
  ] as const) {
    it(`are read: ${scheduler.name}, ${JSON.stringify(printed.slice(0, 20))}`, () => {
      const read = scheduler
        .parseStates(printed)
        .map(({ id, submission, phase }) => `${id} ${submission} ${phase}`);
      expect(read).to.deep.equal(states);
    });
  }
});

describe("SCHEDULERS", () => {
  it("read any text without failing, and make of it no id that could be an option", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SCHEDULERS),
        fc.oneof(fc.string(), fc.json(), fc.constantFrom(PBS_ANSWER, SGE_ANSWER, OAR_ANSWER)),
        fc.nat(),
        (scheduler, text, cut) => {
          for (const printed of [text, text.slice(cut % (text.length + 1))]) {
            const ids = [
              ...(scheduler.parseSubmission(printed) ?? []),
              ...scheduler.parseStates(printed).flatMap(({ id, submission }) => [id, submission]),
            ];
            expect(ids.every((id) => /^\d[\w.[\]-]*$/.test(id))).to.equal(true);
          }
        },
      ),
    );
  });
});
