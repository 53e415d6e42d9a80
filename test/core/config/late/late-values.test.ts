import { expect } from "chai";
import fc from "fast-check";

import type { Config } from "../../../../src/core/config/config.ts";
import { lateResolver } from "../../../../src/core/config/late/late-values.ts";
import { formatProblems } from "../../../../src/core/config/problems.ts";

const resolve = (config: Config) => lateResolver()(config);
const report = (config: Config) => formatProblems("base.yaml", resolve(config).problems);

describe("lateResolver", () => {
  it("computes late values at any depth, in the order that they need", () => {
    const config = {
      a: "$<|b * 2|>",
      b: "$<|c.d[1] + 1|>",
      c: { d: [1, "$<|N|>"], e: "data-N$<|N|>-$<|a|>.h5" },
      N: 50,
    };
    const { config: resolved, problems } = resolve(config);
    expect(problems).to.deep.equal([]);
    expect(resolved).to.deep.equal({
      a: 102,
      b: 51,
      c: { d: [1, 50], e: "data-N50-102.h5" },
      N: 50,
    });
    expect(config.a).to.equal("$<|b * 2|>");
  });

  it("keeps the type of an expression that is the whole text", () => {
    const { config } = resolve({
      n: "$<|1|>",
      t: " $<|1|>",
      l: "$<|[1]|>",
      o: "$<|p|>",
      p: { q: 1 },
    });
    expect(config).to.deep.equal({ n: 1, t: " 1", l: [1], o: { q: 1 }, p: { q: 1 } });
  });

  it("is idempotent: what an expression gives is not evaluated again", () => {
    const { config } = resolve({ a: "$<|'$' + '<|b|' + '>'|>", b: 1 });
    expect(config["a"]).to.equal("$<|b|>");
  });

  it("reads late values inside of a list or object as a whole", () => {
    const { config } = resolve({ total: "$<|sum(sizes)|>", sizes: ["$<|n|>", "$<|n * 2|>"], n: 2 });
    expect(config["total"]).to.equal(6);
  });

  it("gives the same whatever the order of the keys", () => {
    const config = {
      a: "$<|b + 1|>",
      b: "$<|c + 1|>",
      c: "$<|d.e + 1|>",
      d: { e: "$<|f|>" },
      f: 1,
    };
    const expected = resolve(config).config;
    const entries = fc.shuffledSubarray(Object.entries(config), { minLength: 5 });
    fc.assert(
      fc.property(entries, (shuffled) => {
        expect(resolve(Object.fromEntries(shuffled)).config).to.deep.equal(expected);
      }),
    );
  });

  it("collects every problem of a configuration, with its place", () => {
    const config = {
      N: 50,
      a: "$<|b + 1|>",
      b: "$<|c + 1|>",
      c: "x$<|a + 1|>",
      self: "$<|self|>",
      wrong: "$<|n + learningRat|>",
      learningRate: 1,
      types: { deep: ["$<|N + 'x'|>"] },
      syntax: "$<|N +|>",
      open: "$<|N",
      needsWrong: "$<|wrong + syntax|>",
    };
    expect(report(config)).to.equal(
      [
        "base.yaml has 7 problems:",
        "  - syntax: Expected a value, got the end of the expression.",
        "      $<|N +|>",
        "            ^",
        "  - open: $<| has no |> behind it.",
        "      $<|N",
        "      ^^^",
        "      Close it with |>, or write $$<| if the text is meant.",
        "  - a: needs itself: a needs b needs c needs a.",
        "      $<|b + 1|>",
        "         ^",
        "      Give one of them a value of its own.",
        "  - self: needs itself.",
        "      $<|self|>",
        "         ^^^^",
        "      Give one of them a value of its own.",
        '  - wrong: "n" is not a key of the configuration.',
        "      $<|n + learningRat|>",
        "         ^",
        '      Did you mean "N"?',
        '  - wrong: "learningRat" is not a key of the configuration.',
        "      $<|n + learningRat|>",
        "             ^^^^^^^^^^^",
        '      Did you mean "learningRate"?',
        '  - types.deep[0]: + adds two numbers, two texts or two lists, got 50 and "x".',
        "      $<|N + 'x'|>",
        "         ^^^^^^^",
        "      Write str(…) around what is no text.",
      ].join("\n"),
    );
  });

  it("finds a misspelt name in a branch that is not taken", () => {
    expect(resolve({ N: 1, a: "$<|1 if N == 1 else M|>" }).problems).to.have.length(1);
    expect(resolve({ N: 1, a: "$<|M if has(M) else 1|>" }).config["a"]).to.equal(1);
  });

  it("names every cycle, those that share a value too", () => {
    const { problems } = resolve({
      a: "$<|b + d|>",
      b: "$<|c|>",
      c: "$<|b|>",
      d: "$<|a|>",
      e: "$<|a|>",
    });
    expect(problems.map(({ message }) => message)).to.deep.equal([
      "needs itself: b needs c needs b.",
      "needs itself: a needs d needs a.",
    ]);
  });

  it("keeps chains of late values from growing without bound", () => {
    const chain: Record<string, string> = { v0: "$<|range(1000)|>" };
    for (let index = 1; index < 40; index += 1) {
      chain[`v${index}`] = `$<|[v${index - 1}, v${index - 1}, v${index - 1}]|>`;
    }
    expect(resolve(chain).problems).to.have.length(1);
    const wide: Record<string, string> = { v: "$<|range(90000)|>" };
    for (let index = 0; index < 20; index += 1) wide[`w${index}`] = "$<|v|>";
    expect(resolve(wide).problems[0]?.message).to.include("more than 1000000 parts in all");
  });

  it("manages ten thousand late values in a row", () => {
    const chain: Record<string, Config[string]> = { v0: 1 };
    for (let index = 1; index <= 10_000; index += 1) chain[`v${index}`] = `$<|v${index - 1} + 1|>`;
    expect(resolve(chain).config["v10000"]).to.equal(10_001);
  });

  it("gives plain configurations, whatever stands in the texts", () => {
    const piece = fc.constantFrom(
      "$<|",
      "|>",
      "$",
      "$$<|",
      "a",
      "b.c",
      "+",
      "'",
      " ",
      "__proto__",
      "1",
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
    const config = fc.record({ a: text, b: fc.record({ c: text, d: fc.array(text) }) });
    fc.assert(
      fc.property(config, (one) => {
        const { config: resolved } = resolve(one);
        expect(Object.keys(resolved)).to.deep.equal(["a", "b"]);
        expect(JSON.parse(JSON.stringify(resolved))).to.deep.equal(resolved);
      }),
    );
  });
});
