import { expect } from "chai";
import fc from "fast-check";

import { evaluate } from "../../../src/core/expression/evaluator.ts";
import { ExpressionError } from "../../../src/core/expression/expression-error.ts";
import { parseExpression } from "../../../src/core/expression/parser.ts";
import { errorOf } from "../../support/error-of.ts";
import {
  EXPRESSION_CONFIG,
  expectHarmless,
  expressionText,
} from "../../support/expression-inputs.ts";

const valueOf = (text: string) => evaluate(parseExpression(text), EXPRESSION_CONFIG);

describe("evaluate", () => {
  it("computes as Python does", () => {
    const values: readonly (readonly [string, unknown])[] = [
      ["-2 ** 2", -4],
      ["2 ** -1 * 3", 1.5],
      ["2 ** 3 ** 2", 512],
      ["7 // 2 + -7 // 2", -1],
      ["-7 % 3", 2],
      ["7 % -3", -2],
      ["10 - 4 - 3", 3],
      ["1 + 2 * 3", 7],
      ["not on or on", true],
      ["not N == 50", false],
      ["!on == false", true],
      ["N > 40 and lr < 1 && model != 'x'", true],
      ["'big' if N > 100 else 'small'", "small"],
      ["N > 100 ? 'big' : N > 40 ? 'middle' : 'small'", "middle"],
      ["64 in sizes and 'mpl' in model and 'name' in optimizer and 1 not in sizes", true],
      ["[1, [2]] == [1, [2]] and optimizer == optimizer", true],
      ["1 == true or '1' == 1 or null == false", false],
      ["sizes[-1][1] + sizes[0]", 66],
      ["optimizer['b c'] + optimizer.deep.er.est", 4],
      ["$.N + $['N']", 100],
      ["'a' + \"b\" + '\\n\\u0041'", "ab\nA"],
      ["'ab' * 2 + model", "ababsimple"],
      ["[0] * 2 + [1]", [0, 0, 1]],
      ["has(N) and has(optimizer.betas[1]) and not has(M) and not has(N.x)", true],
      ["M if has(M) else 3", 3],
      ["false and 1 / 0 == 1", false],
      ["0 * -1", 0],
      ["None == null and True and not False", true],
    ];
    for (const [text, value] of values) expect(valueOf(text), text).to.deep.equal(value);
  });

  it("has the documented functions", () => {
    const values: readonly (readonly [string, unknown])[] = [
      ["abs(-1) + ceil(1.2) + floor(1.8) + sqrt(16)", 8],
      ["round(2.5) + round(-2.5) + round(1.25, 1)", 1.3],
      ["log2(8) + log10(1000) + log(exp(1)) + pow(2, 3)", 15],
      ["min(3, 1, 2) + max([4, 5]) + sum([1, 2, 3])", 12],
      ["range(3) + range(1, 4) + range(5, 0, -2)", [0, 1, 2, 1, 2, 3, 5, 3, 1]],
      ["len('añ😀') + len(sizes) + len(optimizer)", 10],
      ["'a😀b'[1]", "😀"],
      ["join([64, 32], 'x') + '-' + join(split('a,b', ','))", "64x32-ab"],
      ["upper('a') + lower('B') + strip(' c ') + replace('d-e', '-', '+')", "Abcd+e"],
      ["str(N) + str(true) + str([1, 'a'])", '50true[1,"a"]'],
      ["int('12') + int(2.7) + int(-2.7) + int(true) + float('1e-1')", 13.1 - 2 + 2],
      ["format(7, '03d') + format(0.5, '.2f') + format(12345, '.1e')", "0070.501.2e+04"],
      [
        "format(1e-7, 'g') + format(1234567, '.3g') + format(0.25, '.0%') + format(-5, '4d')",
        "1e-071.23e+0625%  -5",
      ],
    ];
    for (const [text, value] of values) {
      if (typeof value === "number") expect(valueOf(text), text).to.be.closeTo(value, 1e-9);
      else expect(valueOf(text), text).to.deep.equal(value);
    }
  });

  it("says what it cannot do, where, and what to write instead", () => {
    const wrong: readonly (readonly [string, string])[] = [
      ["n", '0-1 "n" is not a key of the configuration. Did you mean "N"?'],
      ["1 + name", '4-8 "name" is not a key of the configuration. Did you mean "optimizer.name"?'],
      [
        "optimizer.betaz",
        '0-15 "betaz" is not a key of "optimizer". Did you mean "optimizer.betas"?',
      ],
      ["N.x", '0-3 "N" has no keys: it is 50.'],
      ["sizes[3]", '0-8 "sizes" has 3 items, and none at 3. The first is [0], the last [-1].'],
      [
        "N + 'a'",
        '0-7 + adds two numbers, two texts or two lists, got 50 and "a". Write str(…) around what is no text.',
      ],
      ["0 or on", "0-1 Expected true or false, got 0. Compare it, as in `a != 0` or `a != null`."],
      ["N < 'a'", '0-7 < compares two numbers or two texts, got 50 and "a".'],
      ["1 / 0", "0-5 Division by zero."],
      ["sqrt(-1)", "0-8 The result is not a finite number."],
      ["9**9**9", "0-7 The result is not a finite number."],
      ["'a' * 1e9", "0-9 The text would be longer than 100000 characters."],
      ["range(1e12)", "0-11 The list would have more than 100000 items."],
      ["round(1, 2, 3)", "0-14 round takes 1 to 2 arguments, got 3. Write round(x, digits)."],
      ["int('0x1')", '0-10 int takes a number or the text of one, got "0x1".'],
      ["has(1)", "0-6 has takes one name, such as has(N) or has(optimizer.lr)."],
    ];
    for (const [text, expected] of wrong) {
      const { at, end, message, remedy } = errorOf(ExpressionError, () => valueOf(text));
      expect(`${at}-${end} ${message} ${remedy}`.trim()).to.equal(expected);
    }
  });

  it("bounds what nested lists hold, and how long it takes", () => {
    const lists = `[${Array.from({ length: 900 }, () => "many").join(",")}]`;
    for (const text of [
      lists,
      `len(str(${lists}))`,
      "many * 1000",
      "[many] * 1000",
      "[[many] * 50] * 50 == 1",
      "join([long] * 1000)",
      "replace(long, 'a', long)",
      `sum([${Array.from({ length: 1500 }, () => "0 in many").join(",")}])`,
      `${"[".repeat(100)}1${"]".repeat(100)}`,
    ]) {
      expect(() => valueOf(text), text.slice(0, 50)).to.throw(ExpressionError);
    }
  });

  it("gives plain data or the documented error, whatever is written", () => {
    const before = JSON.stringify(EXPRESSION_CONFIG);
    fc.assert(
      fc.property(expressionText, (text) => {
        expectHarmless(text);
      }),
      { numRuns: 2000 },
    );
    expect(JSON.stringify(EXPRESSION_CONFIG)).to.equal(before);
  });

  it("reaches nothing that an object inherits", () => {
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty", "prototype", "length"];
    const wholes = ["optimizer", "sizes", "model", "N", "$", "none", "[1]", "'a'"];
    for (const name of names) {
      for (const whole of wholes) {
        for (const text of [`${whole}.${name}`, `${whole}['${name}']`, `${name}(${whole})`]) {
          expect(() => valueOf(text), text).to.throw(ExpressionError);
        }
      }
      expect(
        valueOf(`'${name}' in optimizer or has($.${name}) or has(optimizer.${name})`),
      ).to.equal(false);
    }
  });
});
