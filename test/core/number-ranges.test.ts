import { expect } from "chai";
import fc from "fast-check";

import { isWithin, parseRanges } from "../../src/core/number-ranges.ts";

describe("parseRanges", () => {
  it("reads numbers and ranges of numbers", () => {
    const ranges = parseRanges("1, 4-6,9") ?? [];
    const within = Array.from({ length: 11 }, (_, number) => number).filter((number) =>
      isWithin(number, ranges),
    );
    expect(within).to.deep.equal([1, 4, 5, 6, 9]);
  });

  it("reads nothing else", () => {
    for (const text of ["", ",", "1,", "a", "-1", "6-4", "1.5", "1e3", "1-2-3"]) {
      expect(parseRanges(text), text).to.equal(undefined);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ranges = parseRanges(text);
        if (ranges !== undefined) expect(text).to.match(/^[\d\s,-]+$/);
      }),
    );
  });
});
