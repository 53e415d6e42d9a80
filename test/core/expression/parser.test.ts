import { expect } from "chai";
import fc from "fast-check";

import { ExpressionError } from "../../../src/core/expression/expression-error.ts";
import { parseExpression } from "../../../src/core/expression/parser.ts";
import { referencesOf } from "../../../src/core/expression/references.ts";
import { formatPath } from "../../../src/core/expression/syntax.ts";
import { errorOf } from "../../support/error-of.ts";
import { wellFormed } from "../../support/expression-inputs.ts";

describe("parseExpression", () => {
  it("points at what is wrong, says what was expected, and what to write", () => {
    const wrong: readonly (readonly [string, string, string])[] = [
      ["N +", "   ^", "Expected a value, got the end of the expression."],
      ["1 2", "  ^", "Expected an operator or the end, got 2."],
      ["(1", "  ^", 'Expected ")", which closes the parenthesis, got the end of the expression.'],
      [
        "a if b",
        "      ^",
        'Expected "else", as in `a if condition else b`, got the end of the expression.',
      ],
      [
        "1 < a < 3",
        "^^^^^^^",
        "Comparisons cannot be chained. Write `a < b and b < c`, or put one comparison in parentheses.",
      ],
      ["a & b", "  ^", '"&" is not an operator here. Write and.'],
      ["N = 3", "  ^", '"=" is not an operator here. Write == to compare.'],
      ["~a", "^", '"~" is not an operator here. Write not.'],
      ["uper(a)", "^^^^", 'There is no function "uper". Did you mean "upper"?'],
      [
        "a.upper()",
        "^^^^^^^^",
        "Values have no functions of their own. Write upper(…) with the value inside.",
      ],
      [
        "5kg",
        "^^^",
        "5kg is neither a number nor a name. Put an operator between them, or quotes around a text.",
      ],
      ["'abc", "^^^^", "The quoted text has no end. Close it with '."],
      ["", "^", "The expression is empty."],
    ];
    for (const [text, carets, message] of wrong) {
      const error = errorOf(ExpressionError, () => parseExpression(text));
      expect(`${error.message} ${error.remedy}`.trim(), text).to.equal(message);
      const length = Math.max(1, error.end - error.at);
      expect(" ".repeat(error.at) + "^".repeat(length), text).to.equal(carets);
    }
  });

  it("refuses what is too long or too deep, however it nests, without overflowing the stack", () => {
    const deep = [
      "(".repeat(5000) + "1" + ")".repeat(4999),
      "[".repeat(5000),
      "-".repeat(5000) + "1",
      "not ".repeat(2000) + "true",
      "1+".repeat(4000) + "1",
      "2**".repeat(3000) + "1",
      "1 if true else ".repeat(600) + "1",
      `a${".b".repeat(4000)}`,
      `a${"[0]".repeat(3000)}`,
      "x".repeat(20_000),
    ];
    for (const text of deep) expect(() => parseExpression(text)).to.throw(ExpressionError);
  });

  it("reads every expression that its grammar makes, or says why not", () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        try {
          const { span } = parseExpression(text);
          expect(span).to.deep.equal({ at: 0, end: text.length });
        } catch (error) {
          // The generator also writes comparisons side by side, and functions that do not exist.
          if (!(error instanceof ExpressionError)) throw error;
          expect(error.message).to.match(
            /chained|no function|operator|of their own|neither|Expected/,
          );
        }
      }),
    );
  });
});

describe("referencesOf", () => {
  const names = (text: string) => {
    const { reads, asks } = referencesOf(parseExpression(text));
    return { reads: reads.map(({ path }) => formatPath(path)), asks: asks.map(formatPath) };
  };

  it("finds every name, in whichever branch, as far as it is constant", () => {
    expect(names('a.b["c d"][0] + $.e if f[-1] else sizes[depth].x').reads).to.deep.equal([
      "f[-1]",
      'a.b["c d"][0]',
      "e",
      "sizes",
      "depth",
    ]);
  });

  it("keeps apart what is only asked about", () => {
    expect(names("N if has(N) else 50")).to.deep.equal({ reads: ["N"], asks: ["N"] });
  });
});
