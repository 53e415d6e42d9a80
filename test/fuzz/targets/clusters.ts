import { countTasks } from "../../../src/core/scheduling/task-list.ts";
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
