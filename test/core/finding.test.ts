import { expect } from "chai";
import fc from "fast-check";

import {
  countSeverities,
  type Finding,
  groupFindings,
  SEVERITIES,
} from "../../src/core/finding.ts";

const finding = (check: string, severity: Finding["severity"], remedy = ""): Finding => ({
  check,
  severity,
  place: "/a",
  problem: "",
  expected: "",
  remedy,
  fix: null,
});
const findings = fc.array(
  fc.record({
    check: fc.constantFrom("one", "two"),
    severity: fc.constantFrom(...SEVERITIES),
    remedy: fc.constantFrom("this", "that"),
  }),
);

describe("groupFindings", () => {
  it("puts the worst first, and together what needs the same", () => {
    const given = [
      finding("one", "note"),
      finding("two", "warning"),
      finding("two", "error"),
      finding("two", "warning"),
      finding("two", "warning", "otherwise"),
    ];
    const groups = groupFindings(given);
    expect(groups.map((one) => [one.check, one.severity, one.findings.length])).to.deep.equal([
      ["two", "error", 1],
      ["two", "warning", 2],
      ["two", "warning", 1],
      ["one", "note", 1],
    ]);
  });

  it("loses and doubles nothing", () => {
    fc.assert(
      fc.property(findings, (given) => {
        const all = given.map((one) => finding(one.check, one.severity, one.remedy));
        const grouped = groupFindings(all).flatMap((group) => group.findings);
        expect(grouped).to.have.members(all);
      }),
    );
  });
});

describe("countSeverities", () => {
  it("counts each", () => {
    const given = [finding("one", "note"), finding("two", "note"), finding("two", "error")];
    expect(countSeverities(given)).to.deep.equal({ error: 1, warning: 0, note: 2 });
  });
});
