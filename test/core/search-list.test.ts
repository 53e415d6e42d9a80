import { expect } from "chai";
import fc from "fast-check";

import { linesToAdd, listedLines, listedNames } from "../../src/core/search-list.ts";

describe("listedNames", () => {
  it("takes one name a line, without comments, blanks and byte order mark", () => {
    const text = "\uFEFF# all\r\n\r\nab1\r\n  ab2  # the second\n\tab3\n#ab4\nab5#";
    expect(listedNames(text)).to.deep.equal(["ab1", "ab2", "ab3", "ab5"]);
  });

  it("takes time linear in the text, whatever line ends it has", () => {
    // Quadratic time would be minutes: mocha's limit of two seconds is the assertion.
    expect(listedNames(`a${"#".repeat(2e6)}\u2028`)).to.deep.equal(["a"]);
    expect(listedNames("\n".repeat(2e6))).to.deep.equal([]);
  });
});

describe("listedLines", () => {
  it("says the line that each name stands in", () => {
    expect(listedLines("\uFEFF# all\r\n\nab1 # one\nab2")).to.deep.equal([
      { name: "ab1", line: 3 },
      { name: "ab2", line: 4 },
    ]);
  });
});

describe("linesToAdd", () => {
  it("makes a text list what was asked for, keeps what it listed, and adds nothing twice", () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(name), (text, names) => {
        const after = text + linesToAdd(text, names);
        expect(listedNames(after)).to.include.members([...listedNames(text), ...names]);
        expect(linesToAdd(after, names)).to.equal("");
      }),
    );
  });
});
