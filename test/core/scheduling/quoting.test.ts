import { execFileSync } from "node:child_process";

import { expect } from "chai";
import fc from "fast-check";

import { UserError } from "../../../src/errors.ts";
import {
  directiveWord,
  pbsWord,
  shellLine,
  simpleWord,
} from "../../../src/core/scheduling/quoting.ts";
import { splitPbs, splitSge } from "../../support/directive-rules.ts";
import { errorOf } from "../../support/error-of.ts";

const HOSTILE = ["it's", 'a "b"', "$(touch x)", "`x`", "a\nb", "\\", "*", "", "-n", "a;b", "é 😀"];

describe("shellLine", () => {
  it("is read back by a shell as the same words, whatever they hold", () => {
    const word = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const line = `printf '%s\\0' ${shellLine(words)}`;
        const printed = execFileSync("sh", ["-c", line], { encoding: "utf8" });
        expect(printed.split("\0").slice(0, -1)).to.deep.equal(words);
      }),
      { numRuns: 30 },
    );
  }).timeout(30_000);

  it("refuses what no script can hold", () => {
    expect(errorOf(UserError, () => shellLine(["a\0b"]))).to.have.property("code", "usage");
  });
});

describe("directiveWord", () => {
  it("leaves plain words as they are, and quotes the others", () => {
    expect(directiveWord("gpu:2")).to.equal("gpu:2");
    expect(directiveWord("it's a place")).to.equal('"it\'s a place"');
    expect(directiveWord('a "b" \\')).to.equal('"a \\"b\\" \\\\"');
  });

  it("refuses a word that would begin another line", () => {
    const error = errorOf(UserError, () => directiveWord("x\n#SBATCH --uid=0"));
    expect(error).to.have.property("code", "usage");
  });

  it("never gives more than one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        // eslint-disable-next-line no-control-regex
        fc.pre(!/[\0-\x1f\x7f]/.test(text));
        expect(directiveWord(text)).not.to.match(/[\r\n]/);
      }),
    );
  });
});

// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x1f\x7f]/g;
/** Any words that a line can hold. */
const words = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE, "'\"'", '""', "a#b"), fc.string()), { minLength: 1 })
  .map((list) => list.map((word) => word.replace(CONTROL, "")).filter((word) => word !== ""));

describe("pbsWord", () => {
  it("is read back by qsub as the same word, whatever it holds", () => {
    fc.assert(
      fc.property(words, (list) => {
        expect(splitPbs(list.map(pbsWord).join(" "))).to.deep.equal(list);
      }),
    );
  });

  it("refuses a word that would begin another line", () => {
    expect(errorOf(UserError, () => pbsWord("x\n#PBS -u root"))).to.have.property("code", "usage");
  });
});

describe("simpleWord", () => {
  it("is read back by Grid Engine as the same word, or refused", () => {
    fc.assert(
      fc.property(words, (list) => {
        const sayable = list.filter((word) => !/["'#\\`]/.test(word));
        expect(splitSge(sayable.map(simpleWord).join(" "))).to.deep.equal(sayable);
        for (const word of list.filter((one) => !sayable.includes(one)))
          expect(errorOf(UserError, () => simpleWord(word))).to.have.property("code", "usage");
      }),
    );
  });
});
