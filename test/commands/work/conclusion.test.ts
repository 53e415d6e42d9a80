import { expect } from "chai";

import { causeOf } from "../../../src/commands/work/conclusion.ts";
import type { ExecutionEnd } from "../../../src/commands/work/execution.ts";
import type { StopReason } from "../../../src/commands/work/stopping.ts";

const RETURNED: ExecutionEnd = { kind: "completed" };
const DONE: ExecutionEnd = { kind: "completed", isDone: true };
const cause = (end: ExecutionEnd, stopped?: StopReason) =>
  causeOf(end, undefined, stopped, 60, () => "");

describe("causeOf", () => {
  it("believes a program that it is done, whyever it was told to stop", () => {
    for (const stopped of [
      undefined,
      { kind: "timeout" },
      { kind: "asked", by: "SIGTERM" },
      { kind: "asked", by: "Ctrl-C" },
    ] as const) {
      expect(cause(DONE, stopped)).to.deep.equal({ kind: "done" });
    }
  });

  it("takes an end after a stop for the stop's", () => {
    expect(cause(RETURNED)).to.deep.equal({ kind: "done" });
    expect(cause(RETURNED, { kind: "timeout" })).to.include({ kind: "timeout", limitSeconds: 60 });
    expect(cause(RETURNED, { kind: "asked", by: "SIGTERM" })).to.include({ kind: "preempted" });
    expect(cause(RETURNED, { kind: "asked", by: "Ctrl-C" })).to.include({ kind: "stopped" });
  });
});
