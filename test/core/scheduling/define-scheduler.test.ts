import { expect } from "chai";
import fc from "fast-check";

import { checkScheduler } from "../../../src/core/scheduling/define-scheduler.ts";
import type { JobStatus, Scheduler } from "../../../src/core/scheduling/scheduler.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";
import { SMALL_JOB } from "../../support/small-job.ts";

const STATE: JobStatus = {
  id: "7",
  submission: "7",
  phase: "running",
  word: "working",
  reason: "",
  cluster: undefined,
  restarts: undefined,
  count: 1,
};
const QUEUE: Scheduler = {
  name: "queue",
  prefix: "#QUEUE",
  directives: () => ["cores 1"],
  submit: (script) => ({ command: ["put"], inputFile: script }),
  parseSubmission: (output) => [output],
  ask: (ids) => ({ command: ["list", ...ids], codes: [3] }),
  parseStates: () => [STATE],
  cancel: (ids) => ({ command: ["drop", ...ids] }),
  jobVariable: "QUEUE_ID.$QUEUE_INDEX",
  jobEnd: { ask: (id) => ({ command: ["end", id] }), parse: () => 5 },
  arrayLimit: { ask: { command: ["limits"] }, parse: () => 100 },
  remedies: [[/full/, "Wait."]],
};
/** Each of its functions called once, by their names. */
const CALLS: Readonly<Record<string, (queue: Scheduler) => unknown>> = {
  directives: (queue) => queue.directives(SMALL_JOB),
  submit: (queue) => queue.submit("/x.sh"),
  parseSubmission: (queue) => queue.parseSubmission("7"),
  ask: (queue) => queue.ask(["7"]),
  parseStates: (queue) => queue.parseStates(""),
  cancel: (queue) => queue.cancel(["7"]),
  "jobEnd.ask": (queue) => queue.jobEnd?.ask("7"),
  "jobEnd.parse": (queue) => queue.jobEnd?.parse(""),
  "arrayLimit.parse": (queue) => queue.arrayLimit?.parse(""),
};

describe("checkScheduler", () => {
  it("gives one that does what the module's does", () => {
    const queue = checkScheduler(QUEUE, "queue.ts");
    for (const call of Object.values(CALLS)) expect(call(queue)).to.deep.equal(call(QUEUE));
  });

  it("names a function that throws, and what it threw", () => {
    for (const [name, call] of Object.entries(CALLS)) {
      const error = errorOf(UserError, () => call(withFunction(name, () => fail("out of order"))));
      expect(error.code).to.equal("config-invalid");
      expect(error.message).to.include(`queue.ts: ${name}() failed: out of order`);
    }
  });

  it("names a function that gives something else", () => {
    for (const [name, call] of Object.entries(CALLS)) {
      for (const garbage of [null, 1.5e-9, "--all", ["--all"], [7, {}], { command: [] }]) {
        if (name === "jobEnd.parse" && typeof garbage === "number") continue;
        if (name === "directives" && Array.isArray(garbage) && garbage[0] === "--all") continue;
        const error = errorOf(UserError, () => call(withFunction(name, () => garbage)));
        expect(error.message).to.include(`${name}() gave `);
      }
    }
  });

  it("takes several commands that cancel, and another one for where the first is unknown", () => {
    const command = ["drop", "--all"];
    const otherwise = { complaint: /unknown option/, command: ["drop"] };
    const commands = [{ command, otherwise }, { command }];
    expect(withFunction("cancel", () => commands).cancel(["7"])).to.deep.equal(commands);
    for (const wrong of [{ complaint: "unknown", command }, { complaint: /x/ }, "drop", null]) {
      const queue = withFunction("ask", () => ({ command, otherwise: wrong }));
      expect(() => queue.ask(["7"])).to.throw("ask() gave ");
    }
  });

  it("lets nothing through but states, whatever a function gives", () => {
    fc.assert(
      fc.property(fc.anything(), (garbage) => {
        try {
          const queue = withFunction("parseStates", () => garbage);
          for (const { id, count } of queue.parseStates("")) {
            expect(id).to.be.a("string");
            expect(count).to.be.at.least(1);
          }
        } catch (error) {
          expect(error).to.be.instanceOf(UserError);
        }
      }),
    );
  });

  it("refuses parts that are missing, or would be more than a line of a script", () => {
    const WRONG = [
      ["prefix", "#QUEUE\nrm -rf"],
      ["prefix", "QUEUE"],
      ["jobVariable", "ID; rm"],
      ["name", ""],
      ["arrayLimit", 5],
      ["arrayLimit", { ask: "limits", parse: () => 1 }],
      ["jobEnd", { ask: () => ({ command: ["end"] }) }],
      ["remedies", "wait"],
      ["submit", "put"],
    ] as const;
    for (const [part, value] of WRONG) {
      const act = () => checkScheduler({ ...QUEUE, [part]: value }, "queue.ts");
      expect(errorOf(UserError, act).message).to.include(part);
    }
    for (const nothing of [undefined, null, 5, {}])
      expect(errorOf(UserError, () => checkScheduler(nothing, "queue.ts")).hint).to.include("docs");
  });
});

/** One of whose functions is another one. @param name - as `parseStates` or `jobEnd.ask` */
function withFunction(name: string, act: () => unknown): Scheduler {
  const [part = "", inner] = name.split(".");
  const own = QUEUE[part as keyof Scheduler];
  const changed = inner === undefined ? act : { ...(own as object), [inner]: act };
  return checkScheduler({ ...QUEUE, [part]: changed }, "queue.ts");
}

function fail(message: string): never {
  throw new Error(message);
}
