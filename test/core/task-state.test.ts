import { expect } from "chai";
import fc from "fast-check";

import {
  completedFlag,
  failedFlag,
  ongoingFlag,
  TASKS,
  taskFlagsAmong,
  taskStateOf,
  todoFlag,
} from "../../src/core/task-state.ts";

const { summary, plotArrays } = TASKS;
const OWNER = { host: "node-1", pid: 12, token: "a".repeat(32) };

describe("taskStateOf", () => {
  it("reads back the names that are in the protocol", () => {
    expect(taskStateOf(summary, "SUMMARY_TODO")).to.deep.equal({ kind: "todo" });
    expect(taskStateOf(summary, "SUMMARY_COMPLETED")).to.deep.equal({ kind: "completed" });
    expect(taskStateOf(summary, "SUMMARY_FAILED")).to.deep.equal({ kind: "failed" });
    expect(taskStateOf(plotArrays, ongoingFlag(plotArrays, OWNER))).to.deep.equal({
      kind: "ongoing",
      owner: OWNER,
    });
    for (const flag of [todoFlag, completedFlag, failedFlag]) {
      expect(taskStateOf(plotArrays, flag(plotArrays))).not.to.equal(undefined);
      expect(taskStateOf(plotArrays, flag(summary))).to.equal(undefined);
    }
  });

  it("reads the description's own ONGOING, which names nobody", () => {
    expect(taskStateOf(summary, "SUMMARY_ONGOING")).to.deep.equal({
      kind: "ongoing",
      owner: undefined,
    });
    expect(taskStateOf(summary, "SUMMARY_ONGOING.me")).to.deep.equal({
      kind: "ongoing",
      owner: undefined,
    });
  });

  it("takes nothing else for a flag", () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom("SUMMARY", "SUMMARY_", "SUMMARY_ONGOINGX", "summary_todo", "scores.csv"),
    );
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(!/^SUMMARY_(TODO|COMPLETED|FAILED|ONGOING(\.[^]*)?)$/.test(name));
        expect(taskStateOf(summary, name)).to.equal(undefined);
      }),
    );
    expect(taskFlagsAmong(summary, ["scores.csv", "SUMMARY_TODO"])).to.deep.equal(["SUMMARY_TODO"]);
  });
});
