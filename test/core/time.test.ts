import { expect } from "chai";
import fc from "fast-check";

import { formatDuration, toIso, toIsoName } from "../../src/core/time.ts";

const MOMENT = Date.UTC(2026, 10, 21, 4, 15, 0, 7);

describe("toIso", () => {
  it("is UTC with milliseconds", () => {
    expect(toIso(MOMENT)).to.equal("2026-11-21T04:15:00.007Z");
  });
});

describe("toIsoName", () => {
  it("can stand in a file's name", () => {
    expect(toIsoName(MOMENT)).to.equal("20261121T041500Z");
  });
});

describe("formatDuration", () => {
  const CASES = [
    [0, "0.0 s"],
    [0.44, "0.4 s"],
    [9.94, "9.9 s"],
    [12.6, "13 s"],
    [60, "1 min 0 s"],
    [200, "3 min 20 s"],
    [3600, "1 h 0 min"],
    [5 * 3600 + 180, "5 h 3 min"],
    [2 * 86_400 + 4 * 3600, "2 d 4 h"],
  ] as const;
  for (const [seconds, text] of CASES) {
    it(`says ${text} for ${seconds} s`, () => {
      expect(formatDuration(seconds)).to.equal(text);
    });
  }

  it("says at most two units, the second less than one of the first", () => {
    const property = fc.property(fc.double({ min: 60, max: 1e9, noNaN: true }), (seconds) => {
      const text = formatDuration(seconds);
      expect(text).to.match(/^\d+ d \d+ h$|^\d+ h \d+ min$|^\d+ min \d+ s$/);
      expect(text).not.to.match(/ 60 (s|min)$| 24 h$/);
    });
    fc.assert(property, { examples: [[3599.6], [86_399.9]] });
  });
});
