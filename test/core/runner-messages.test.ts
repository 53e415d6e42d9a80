import { expect } from "chai";
import fc from "fast-check";

import { cutTrace, parseRunnerReport } from "../../src/core/runner-messages.ts";

describe("parseRunnerReport", () => {
  it("gives back every report", () => {
    for (const report of [
      { kind: "ready" },
      { kind: "progress", number: 1, done: 2, total: 3 },
      { kind: "returned", number: 1 },
      { kind: "returned", number: 1, isDone: true },
      { kind: "threw", number: 1, trace: "Error", fatal: false },
    ]) {
      expect(parseRunnerReport(report)).to.deep.equal(report);
    }
  });

  it("passes over what a program may write to the line instead", () => {
    for (const wrong of [
      {},
      [],
      { kind: "threw", number: 1, trace: 5, fatal: false },
      { kind: "threw", number: 1, fatal: true },
      { kind: "progress", number: 1, done: "1", total: 2 },
      { kind: "returned" },
      { kind: "constructor", number: 1 },
    ]) {
      expect(parseRunnerReport(wrong), JSON.stringify(wrong)).to.equal(undefined);
    }
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.object(), (value) => {
        parseRunnerReport(value);
      }),
    );
  });
});

describe("cutTrace", () => {
  it("keeps the beginning and the end of a long trace, and says how much is missing", () => {
    expect(cutTrace("short")).to.equal("short");
    const cut = cutTrace(`Error: ${"x".repeat(1e6)} at the end`);
    expect(cut).to.match(/^Error: x+\n\[… 968018 characters …\]\nx+ at the end$/);
    expect(cut.length).to.be.below(33_000);
  });
});
