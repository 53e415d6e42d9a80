import { expect } from "chai";
import fc from "fast-check";

import { ExpressionError } from "../../../src/core/expression/expression-error.ts";
import { parseColumn, parseQuery } from "../../../src/core/query/parse-query.ts";
import { errorOf } from "../../support/error-of.ts";

/** The characters that a refusal points at, and what it says to write. */
function refusal(text: string) {
  const { at, end, message, remedy } = errorOf(ExpressionError, () => parseQuery(text));
  return { at, meant: text.slice(at, end), says: `${message} ${remedy}` };
}

describe("parseQuery", () => {
  it("reads an empty query as one that every run meets", () => {
    for (const text of ["", "  \n"]) expect(parseQuery(text).kind).to.equal("any");
  });

  it("points at the character, and says what to write", () => {
    const refusals: readonly (readonly [string, number, string])[] = [
      ["config.lr = 1", 10, "Write =="],
      ["config.lr == 1 & ", 17, "the end"],
      ["config.lr == 1 &", 16, "the end"],
      ["(config.lr == 1", 15, '")"'],
      ["config.lr == 1)", 14, 'got ")"'],
      ["1 < config.lr < 3", 0, "a < b & b < c"],
      ["~config.lr == 1", 1, "~(a == b)"],
      ["(config.a == 1) == true", 0, "& and |"],
      ["config.a-b == 1", 8, 'config["a-b"]'],
      ["lst(train.loss) < 1", 0, 'Did you mean "last"?'],
      ["last(loss) < 1", 5, "last(train.loss)"],
      ["config.lr in 1", 13, 'in ["sgd", "adam"]'],
      ["config.name like a*", 17, "quoted"],
      ["config.name == 'a", 15, "Close it with '"],
      ["config.lr == 1e", 13, "neither a number nor a name"],
      ["config.lr |> 3", 10, "no meaning"],
      ["and", 0, "a field or a value"],
      ["config. == 1", 8, "a name"],
      ["3", 1, "a comparison"],
    ];
    for (const [text, at, says] of refusals) {
      const found = refusal(text);
      expect(found.at, text).to.equal(at);
      expect(found.says, text).to.include(says);
    }
  });

  it("reads thousands of conditions side by side, and refuses what nests too deeply", () => {
    const side = Array.from({ length: 5000 }, (_, id) => `info.id == ${id}`).join(" | ");
    expect(parseQuery(side)).to.have.property("conditions").with.lengthOf(5000);
    expect(
      parseQuery(`info.id in [${Array.from({ length: 20_000 }).fill(1).join()}]`).kind,
    ).to.equal("in");
    for (const open of ["(", "~", "not ", "[", "a == [", "~("]) {
      expect(refusal(open.repeat(50_000)).says, open).to.match(/levels deep|Expected/);
    }
    expect(refusal("a".repeat(2_000_000)).says).to.include("characters");
  });

  it("reads any text, or refuses it with a place inside of it", () => {
    const word = fc.constantFrom(
      ...["config.a", "info.b", "==", "!=", "<=", "in", "like", "[", "]", "(", ")", "~", "&", "|"],
      ...[
        "'x'",
        '"y"',
        "1e-2",
        "null",
        "has(",
        "last(train.loss)",
        ",",
        ".",
        "$",
        "not",
        "\u{1f600}",
      ],
    );
    const text = fc.oneof(
      fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(text, (query) => {
        try {
          parseQuery(query);
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          expect(error.at).to.be.within(0, query.length);
          expect(error.end).to.be.at.least(error.at);
        }
      }),
    );
  });
});

describe("parseColumn", () => {
  it("reads fields and summaries, and refuses values", () => {
    expect(parseColumn("config.sizes[-1]")).to.deep.include({ path: ["config", "sizes", -1] });
    expect(parseColumn('$["a b"]["c.d"]')).to.deep.include({ path: ["a b", "c.d"] });
    expect(parseColumn("std(train.loss)")).to.include({ summary: "std", series: "train" });
    expect(parseColumn("max(metrics.train.loss)")).to.include({ series: "train", key: "loss" });
    for (const text of ["3", "'a'", "config.a == 1", "", "[1]"]) {
      errorOf(ExpressionError, () => parseColumn(text));
    }
  });
});
