import { expect } from "chai";

import { lsf } from "../../../src/core/scheduling/lsf.ts";
import { oar } from "../../../src/core/scheduling/oar.ts";
import { pbs, torque } from "../../../src/core/scheduling/pbs.ts";
import type { Scheduler } from "../../../src/core/scheduling/scheduler.ts";
import { sge } from "../../../src/core/scheduling/sge.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
import { refusals } from "../../support/directive-rules.ts";

type Answer = {
  readonly of: string;
  readonly scheduler: Scheduler;
  readonly printed: string;
  /** `id submission phase` of each job. */
  readonly jobs: readonly string[];
};

/** As OpenPBS 23.06.06 prints it with a history, but for most attributes; the names are ours. */
const OPENPBS = `Job Id: 21[].pbs1
    Job_Name = al_mix
    Job_Owner = me@login1
    job_state = B
    queue = workq
    Output_Path = login1:/data/s/logs/
    Variable_List = PBS_O_HOME=/home/me,PBS_O_LANG=C.UTF-8,
	PBS_O_PATH=/opt/pbs/bin:/usr/local/bin:/usr/bin:/bin,PBS_O_SHELL=/bin/b
	ash,NOTE=job_state = F
    comment = Job Array Began at Sat Nov 21 at 16:32
    Exit_status = 1
    array = True
    array_state_count = Queued:0 Running:2 Exiting:0 Expired:1
    array_indices_remaining = -

Job Id: 21[0].pbs1
    Job_Name = al_mix
    job_state = X
    comment = Job run at Sat Nov 21 at 16:32 on (pbs1:ncpus=3) and failed
    run_count = 1
    Exit_status = 3
    array_id = 21[].pbs1
    array_index = 0

Job Id: 21[1].pbs1
    job_state = S

Job Id: 21[2].pbs1
    job_state = R

Job Id: 22.pbs1
    job_state = H

Job Id: 24.pbs1
    job_state = W

Job Id: 25.pbs1
    job_state = F
    comment = Job run at Sat Nov 21 at 16:32 on (pbs1:ncpus=1) and terminated b
	y root@login1
    Exit_status = 271

Job Id: 26.pbs1
    job_state = F
    substate = 91

Job Id: 27.pbs1
    job_state = M
`;

/** As Torque 6 prints `qstat -t -f`, but for most attributes; a status below zero by its pbs_job_attributes(7B). */
const TORQUE = `Job Id: 77[0].head.example.org
    Job_Name = al_small-0
    Job_Owner = me@head.example.org
    resources_used.walltime = 00:00:08
    job_state = C
    Output_Path = head:/tmp/proj/storage/se1_nogit_a_t_grid_small/lo
	gs/al_small.o77-0
    exit_status = 271
    comment = Job started on Sat Nov 21 at 16:44
    job_array_id = 0

Job Id: 77[1].head.example.org
    Job_Name = al_small-1
    job_state = E

Job Id: 78.head.example.org
    job_state = C
    exit_status = -10

Job Id: 79.head.example.org
    job_state = H
    depend = afterany:80.head.example.org,afteranyarray:77[].head.example.org
`;

/** As Grid Engine 8.1.9 prints `qstat -s prsz -g d`. */
const GRID_ENGINE = `job-ID  prior   name       user         state submit/start at     queue                          slots ja-task-ID 
-----------------------------------------------------------------------------------------------------------------
     16 0.75000 al_sleep   me           Ss    11/21/2026 16:19:34 all.q@n1                           1 1
     16 0.75000 al_sleep   me           S     11/21/2026 16:19:34 all.q@n1                           1 2
     16 0.75000 al_sleep   me           qw    11/21/2026 16:19:33                                    1 5
     17 0.00000 al_sleep   me           hqw   11/21/2026 16:19:34                                    1 1
     18 0.00000 al_sleep   me           t     11/21/2026 16:19:34 all.q@n1                           1        
     19 0.55500 al_sleep   me           Rr    11/21/2026 16:19:34 all.q@n1                           8        
     20 0.25000 al_sleep   me           Eqw   11/21/2026 16:19:35                                    1        
     21 0.50000 al_sleep   me           dr    11/21/2026 16:20:12 all.q@n1                           1        
     22 0.00000 al_small   me           z     11/21/2026 16:13:54                                    2 1,2
     23 0.00000 al_more    me           z     11/21/2026 16:25:17                                    1 1-3:1
     24 0.00000 al_one     me           z     11/21/2026 16:12:16                                    1        
`;
/** Univa Grid Engine 8 has a column of job classes, and wider ids (qstat(1) of UGE 8.1 and later). */
const UNIVA = `job-ID     prior   name       user         state submit/start at     queue                          jclass                         slots ja-task-ID 
------------------------------------------------------------------------------------------------------------------------------------------------
   1234567 0.50500 al_x       me           r     11/21/2026 14:00:00 all.q@n1.example.org                                                 8 2
   1234568 0.50500 al_x       me           r     11/21/2026 14:00:00.123 all.q@n1.example.org           large                              8 
   1234569 0.50500 al_x       me           qw    11/21/2026 14:00:00                                                                      8 3
`;

/** \`bjobs -w\`, the only way before LSF 9.1 (bjobs(1) of LSF 7 and 8). */
const LSF_8 = `JOBID   USER    STAT  QUEUE      FROM_HOST   EXEC_HOST   JOB_NAME   SUBMIT_TIME
12      me      RUN   normal     login1      8*n1.example.org al_x[3] Nov 21 14:00
12      me      PEND  normal     login1         -        al_x[4]    Nov 21 14:00
13      me      DONE  short      login1      n2          al_x       Nov 21 14:00
Job <14> is not found
`;

const ANSWERS: readonly Answer[] = [
  {
    of: "OpenPBS 23.06",
    scheduler: pbs,
    printed: OPENPBS,
    jobs: [
      "21[0].pbs1 21[].pbs1 ended",
      "21[1].pbs1 21[].pbs1 running",
      "21[2].pbs1 21[].pbs1 running",
      "22.pbs1 22.pbs1 pending",
      "24.pbs1 24.pbs1 pending",
      "25.pbs1 25.pbs1 ended",
      "26.pbs1 26.pbs1 ended",
      // Moved to another server.
      "27.pbs1 27.pbs1 doubtful",
    ],
  },
  {
    of: "Torque 6",
    scheduler: torque,
    printed: TORQUE,
    jobs: [
      "77[0].head.example.org 77[].head.example.org ended",
      "77[1].head.example.org 77[].head.example.org running",
      "78.head.example.org 78.head.example.org doubtful",
      "79.head.example.org 79.head.example.org pending",
    ],
  },
  {
    of: "Grid Engine 8.1.9",
    scheduler: sge,
    printed: GRID_ENGINE,
    jobs: [
      "16.1 16 running",
      "16.2 16 running",
      "16.5 16 pending",
      "17.1 17 pending",
      "18.undefined 18 running",
      "19.undefined 19 running",
      "20.undefined 20 pending",
      "21.undefined 21 running",
      "22.1 22 ended",
      "22.2 22 ended",
      "23.1 23 ended",
      "23.2 23 ended",
      "23.3 23 ended",
      "24.undefined 24 ended",
    ],
  },
  {
    of: "Univa Grid Engine 8",
    scheduler: sge,
    printed: UNIVA,
    jobs: [
      "1234567.2 1234567 running",
      "1234568.undefined 1234568 running",
      "1234569.3 1234569 pending",
    ],
  },
  {
    of: "LSF 10.1",
    scheduler: lsf,
    printed: "12|1|RUN\n12|2|PSUSP\n13|0|ZOMBI\n14|0|WAIT\n15|0|DONE\nJob <16> is not found\n",
    jobs: [
      "12.1 12 running",
      "12.2 12 pending",
      "13.0 13 doubtful",
      "14.0 14 pending",
      "15.0 15 ended",
    ],
  },
  {
    of: "LSF 8",
    scheduler: lsf,
    printed: LSF_8,
    jobs: ["12.3 12 running", "12.4 12 pending", "13.0 13 ended"],
  },
  {
    of: "Slurm before 20.02, asked by letters",
    scheduler: slurm,
    printed:
      "7|7|N/A|RUNNING|||None\n8|8|2-9%2|PENDING|||JobArrayTaskLimit\n9|8|1|COMPLETED|||None\n",
    jobs: ["7 7 running", "8 8 pending", "9 8 ended"],
  },
  {
    of: "Slurm 25.11",
    scheduler: slurm,
    // States of the page job_state_codes.
    printed:
      "7|7|N/A|EXPEDITING|1|c1|None\n8|8|N/A|REVOKED|0|c1|None\n9|9|N/A|DEADLINE|0|c1|None\n",
    jobs: ["7 7 pending", "8 8 doubtful", "9 9 ended"],
  },
];

describe("schedulers' outputs, of several versions", () => {
  for (const { of, scheduler, printed, jobs } of ANSWERS) {
    it(`are read: ${of}`, () => {
      const read = scheduler
        .parseStates(printed)
        .map(({ id, submission, phase }) => `${id} ${submission} ${phase}`);
      expect(read).to.deep.equal(jobs);
    });
  }

  it("say how large an array may be", () => {
    // `qstat -B -f` of OpenPBS 23.06, `qconf -sconf` of Grid Engine 8.1.9, `bparams -a` of LSF.
    const size = "Server: pbs1\n    server_state = Active\n    max_array_size = 10000\n";
    expect(pbs.arrayLimit?.parse(size)).to.equal(10_000);
    expect(pbs.arrayLimit?.parse("Server: pbs1\n")).to.equal(undefined);
    const conf = "max_aj_instances             2000\nmax_aj_tasks                 75000\n";
    expect(sge.arrayLimit?.parse(conf)).to.equal(75_000);
    expect(sge.arrayLimit?.parse("max_aj_tasks   0\n")).to.equal(undefined);
    expect(lsf.arrayLimit?.parse("    MAX_JOB_ARRAY_SIZE = 1000\n")).to.equal(1000);
    expect(torque.arrayLimit).to.equal(undefined);
  });
});

describe("schedulers' complaints about what a version does not have", () => {
  for (const [scheduler, words, isOld] of [
    [slurm, "squeue: unrecognized option '--me'\nTry \"squeue --help\" for more information", true],
    [slurm, "slurm_load_jobs error: Unable to contact slurm controller (connect failure)", false],
    [pbs, "qstat: PBS is not configured to maintain job history 12.pbs1", true],
    [pbs, "qstat: Unknown Job Id 77.pbs1", false],
    [lsf, "bjobs: illegal option -- noheader", true],
    [lsf, "Job <15> is not found", false],
  ] as const) {
    it(`are ${isOld ? "" : "not "}seen in ${JSON.stringify(words.slice(0, 50))}`, () => {
      expect(scheduler.ask(["12"]).otherwise?.complaint.test(words)).to.equal(isOld);
    });
  }
});

describe("schedulers' ends of jobs", () => {
  it("take PBS's arrays apart from its other jobs", () => {
    const calls = [pbs.cancel(["1[].pbs1", "2.pbs1", "3[].pbs1"])].flat();
    expect(calls.map(({ command }) => command)).to.deep.equal([
      ["qdel", "1[].pbs1", "3[].pbs1"],
      ["qdel", "2.pbs1"],
    ]);
    expect([torque.cancel(["2.head"])].flat()).to.have.length(1);
  });

  it("count as done where a job had ended before", () => {
    for (const [scheduler, codes] of [
      [pbs, [35, 153, 168]],
      [torque, [153, 170]],
      [sge, [1]],
      [lsf, [255]],
    ] as const) {
      const [call] = [scheduler.cancel(["1"])].flat();
      expect(call?.codes, scheduler.name).to.include.members([...codes]);
    }
    expect([oar.cancel(["1", "2"])].flat()).to.have.length(2);
  });
});

describe("the rules that stand-ins hold scripts against", () => {
  for (const [scheduler, line, complaint] of [
    ["pbs", "#PBS -N a_name_that_is_too_long", "illegal -N"],
    ["pbs", "#PBS -N 1digits", "illegal -N"],
    ["pbs", "#PBS -t 0-3", "unknown option"],
    ["pbs", "#PBS -J 0-0", "illegal -J"],
    ["pbs", '#PBS -o "/open', "unmatched"],
    ["pbs", "#PBS -l mem=8G", "illegal -l"],
    ["torque", "#PBS -J 0-3", "unknown option"],
    ["torque", "#PBS -W depend=afterany:12[].head", "illegal -W"],
    ["sge", "#$ -t 0-3", "illegal -t"],
    ["sge", "#$ -N a:b", "illegal -N"],
    ["sge", '#$ -o "/it\'s/x:y"', "illegal -o"],
    ["sge", "#$ -o /a#b", ""],
    ["lsf", '#BSUB -J "x[0-3]"', "illegal -J"],
    ["lsf", "#BSUB -W 1:00:00", "illegal -W"],
    ["lsf", "#BSUB -array 4", "unknown option"],
  ] as const) {
    it(`${complaint === "" ? "take" : "refuse"} ${line}`, () => {
      const found = refusals(scheduler, `#!/bin/bash\n${line}\ntrue\n`).join("\n");
      if (complaint === "") expect(found).to.equal("");
      else expect(found).to.include(complaint);
    });
  }
});
