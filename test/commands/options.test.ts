import { expect } from "chai";
import fc from "fast-check";

import { parseDuration } from "../../src/commands/options.ts";

describe("parseDuration", () => {
  it("reads seconds, units and what schedulers write", () => {
    const durations = [
      ["90", 90],
      ["0", 0],
      ["1.5h", 5400],
      ["1h30m", 5400],
      ["2 hours", 7200],
      ["4:00:00", 14_400],
      ["2-12:00:00", 216_000],
    ] as const;
    for (const [text, seconds] of durations) expect(parseDuration("lead", text)).to.equal(seconds);
  });

  it("refuses what is none, or can be read in two ways, and names the flag", () => {
    for (const text of [
      "",
      "soon",
      "-5s",
      "2hh",
      "1:30",
      "1:60:00",
      "5 parsecs",
      "NaN",
      "Infinity",
    ]) {
      expect(() => parseDuration("lead", text), text).to.throw("--lead: expected a duration");
    }
  });

  it("gives a number or says what is wrong, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(parseDuration("lead", text)).to.be.at.least(0);
        } catch (error) {
          expect(error).to.have.property("code", "usage");
        }
      }),
    );
  });
});
