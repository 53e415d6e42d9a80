import { expect } from "chai";

import { createLimits } from "../../../src/commands/launch/limits.ts";
import type { WorkReport } from "../../../src/commands/work/orders.ts";

const crash = (signature: string, seconds = 0.1): WorkReport => ({
  kind: "crashed",
  run: "ab1/experiment1/seed1",
  folder: "/ab1/experiment1/seed1",
  reason: signature,
  seconds,
  signature,
});
const completed: WorkReport = { kind: "ended", run: "ab1/experiment1/seed1", end: "completed" };
const heard = (reports: readonly WorkReport[], limits: Parameters<typeof createLimits>[0]) => {
  const one = createLimits(limits);
  return reports.map(one.add).findIndex((reason) => reason !== undefined);
};
const alike = (count: number) => Array.from({ length: count }, () => crash("NaN"));

describe("createLimits", () => {
  it("halts after so many crashes, whatever lies between", () => {
    const reports = [crash("a"), completed, crash("b"), completed, crash("c")];
    expect(heard(reports, { maxFails: 3, circuitBreaker: 0 })).to.equal(4);
    expect(heard(reports, { maxFails: undefined, circuitBreaker: 0 })).to.equal(-1);
  });

  it("halts when the first runs crash alike at once", () => {
    expect(heard(alike(5), { maxFails: undefined, circuitBreaker: 3 })).to.equal(2);
  });

  it("goes on when one of the first was completed, crashed otherwise, or took its time", () => {
    const breaker = { maxFails: undefined, circuitBreaker: 3 };
    expect(heard([completed, ...alike(5)], breaker)).to.equal(-1);
    expect(heard([crash("other"), ...alike(5)], breaker)).to.equal(-1);
    expect(heard([crash("NaN", 60), ...alike(5)], breaker)).to.equal(-1);
  });

  it("does not count what was put back", () => {
    const back: WorkReport = { kind: "ended", run: "ab1/experiment1/seed1", end: "released" };
    expect(
      heard([crash("NaN"), back, ...alike(2)], { maxFails: undefined, circuitBreaker: 3 }),
    ).to.equal(3);
  });
});
