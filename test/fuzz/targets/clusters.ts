import { countTasks } from "../../../src/core/scheduling/task-list.ts";
import { SCHEDULERS } from "../../../src/core/scheduling/schedulers.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
import { parseSubmission } from "../../../src/tree/submission.ts";
import { hold, type Target } from "../target.ts";

export const squeue: Target = {
  name: "squeue",
  seeds: [
    "2|1|0|COMPLETED|0|c1|None\n3|3|2-9%2|PENDING|0|c1|JobArrayTaskLimit\n",
    "4|4|[4-9%2]|CANCELLED|0|c1|BeginTime\n6|3|0|COMPLETING|1||None",
    "Welcome\n34\n",
    "MaxArraySize            = 1001\n",
  ],
  words: ["|", "\n", "RUNNING", "NODE_FAIL", "%2", "1-999999999:1", "__proto__", "12;cluster"],
  check: (text) => {
    const jobs = slurm.parseStates(text);
    for (const { id, submission, count, restarts = 0 } of jobs) {
      hold(/^\d+$/.test(id) && /^\d+$/.test(submission), "ids are numbers");
      hold(Number.isSafeInteger(count) && count >= 1, "a line is about a job at least");
      hold(Number.isSafeInteger(restarts), "restarts are a number");
    }
    const [id = "0"] = slurm.parseSubmission(text) ?? [];
    hold(/^\d+$/.test(id), "an id is a number");
    hold((slurm.arrayLimit?.parse(text) ?? 1) >= 1, "an array may have an element");
    hold(countTasks(text) >= 1, "a list has an element");
    return `${Math.min(jobs.length, 3)} ${[...new Set(jobs.map(({ phase }) => phase))].join()}`;
  },
};

export const states: Target = {
  name: "states",
  seeds: [
    "Job Id: 12[1].pbs01\n    job_state = R\n    Exit_status = -11\nJob Id: 12[].pbs01\n    job_state = B\n",
    "     12 0.55500 al_x  me  qw  11/21/2026 14:00:00 all.q@n1   8 1\n",
    "12|1|RUN\n13|0|UNKWN\nJob <12> is submitted to queue <normal>.\n",
    "Job Id: 77[1].head\n    job_state = C\n    exit_status = 271\nJob Id: 25.pbs1\n    job_state = F\n",
    "16 0.75 al_x me Ss 11/21/2026 16:19:34 all.q@n1 1 1\n23 0.0 al_y me z 11/21/2026 16:25:17 1 1-3:1,7\n",
    "1234567 0.505 al_x me r 11/21/2026 14:00:00.123 all.q@n1 large 8 2\n",
    "12 me RUN normal login1 8*n1 al_x[3] Nov 21 14:00\nJob <14> is not found\n",
    "7|7|N/A|RUNNING|||None\n",
    "    max_array_size = 10000\nmax_aj_tasks  75000\n    MAX_JOB_ARRAY_SIZE = 1000\n",
    '{"4":{"array_id":4,"state":"Running","Job_Id":4}}',
    "OAR_JOB_ID=4\nOAR_ARRAY_ID=4\n",
  ],
  words: ["[]", "Job Id:", "\n", "-1", "1e99", "__proto__", "null", "|", "1-999999999:1", "z", ","],
  check: (text) => {
    const read = SCHEDULERS.map((scheduler) => {
      const jobs = scheduler.parseStates(text);
      const limit = scheduler.arrayLimit?.parse(text) ?? 1;
      hold(Number.isSafeInteger(limit) && limit >= 1, "an array may have an element");
      const ids = [...jobs.flatMap(({ id, submission: of }) => [id, of])];
      ids.push(...(scheduler.parseSubmission(text) ?? []));
      hold(
        ids.every((id) => /^\d[\w.[\]-]*$/.test(id)),
        "an id is no option",
      );
      return Math.min(jobs.length, 2);
    });
    return read.join("");
  },
};

export const submission: Target = {
  name: "submission",
  seeds: [
    '{"schemaVersion":1,"launch":"20261121T041500Z_n1_7","scheduler":"slurm","jobs":[{"id":"12","tasks":4}],"processes":2,"submittedAt":"2026-11-21T04:15:00.000Z"}',
  ],
  check: (text) => {
    const read = parseSubmission(text, "jobs_x.json");
    for (const { id, tasks } of read?.jobs ?? []) {
      hold(!id.startsWith("-") && !/\s/.test(id), "an id is no option");
      hold(Number.isSafeInteger(tasks), "elements are counted");
    }
    return read === undefined ? "none" : `${Math.min(read.jobs.length, 2)}`;
  },
};
