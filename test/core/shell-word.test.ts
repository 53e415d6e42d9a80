import { execFileSync } from "node:child_process";

import { expect } from "chai";
import fc from "fast-check";

import { shellWord } from "../../src/core/shell-word.ts";

describe("shellWord", () => {
  it("leaves plain words as they are", () => {
    expect(shellWord("storage/a_1/experiment3")).to.equal("storage/a_1/experiment3");
  });

  it("is read by a shell as one word, whatever it holds", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("a '\"$`\\*;&|\n~!()<>-")), minLength: 1 }),
        (text) => {
          const printed = execFileSync("sh", ["-c", `printf '%s' ${shellWord(text)}`], {
            encoding: "utf8",
          });
          expect(printed).to.equal(text);
        },
      ),
      { numRuns: 30 },
    );
  });
});
