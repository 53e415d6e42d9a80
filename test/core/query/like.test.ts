import { expect } from "chai";
import fc from "fast-check";

import { isLike } from "../../../src/core/query/like.ts";

describe("isLike", () => {
  it("fits what a regular expression of the same meaning fits", () => {
    const letters = fc.array(fc.constantFrom("a", "b", ".", "*", "?", "😀"), { maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (text, pattern) => {
        const source = pattern
          .map((one) => (one === "*" ? ".*" : one === "?" ? "." : one.replace(/[.]/, "\\.")))
          .join("");
        const expected = new RegExp(`^${source}$`, "su").test(text.join(""));
        expect(isLike(text.join(""), pattern.join(""))).to.equal(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("takes no long time for what makes regular expressions slow", () => {
    expect(isLike("a".repeat(2000), "a*".repeat(200) + "b")).to.equal(false);
  });
});
