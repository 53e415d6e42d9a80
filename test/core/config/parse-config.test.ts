import { expect } from "chai";

import { type Config, formatConfig } from "../../../src/core/config/config.ts";
import { nameProblems, parseConfig, valueProblems } from "../../../src/core/config/parse-config.ts";
import { UserError } from "../../../src/errors.ts";

describe("parseConfig", () => {
  it("reads back what formatConfig writes", () => {
    const config = { lr: 1e-4, layers: [8, 8], optimizer: { name: "sgd", clip: null } };
    expect(parseConfig(formatConfig(config), "config.json")).to.deep.equal(config);
  });

  it("refuses what is not one JSON object of finite values, naming the file", () => {
    for (const text of ["", "{", "[]", "null", "3", '{"lr": 1e999}', '{"a": {"b": [1e999]}}']) {
      const parse = () => parseConfig(text, "a/config.json");
      expect(parse, text)
        .to.throw(UserError, "a/config.json")
        .with.property("code", "config-invalid");
    }
  });
});

describe("parseConfig of a hostile file", () => {
  const refusalOf = (text: string): string => {
    try {
      parseConfig(text, "config.json");
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
    return "";
  };

  it("refuses what is nested deeper than anything, without a deep stack", () => {
    for (const [open, close] of [
      ['{"a":', "}"],
      ["[", "]"],
    ] as const) {
      const text = `{"a":${open.repeat(200_000)}1${close.repeat(200_000)}}`;
      expect(refusalOf(text)).to.include("at most 32 levels");
    }
  });

  it("refuses the names that belong to JavaScript, at any depth", () => {
    for (const name of ["__proto__", "constructor", "prototype"]) {
      const sentence = `the key "${name}" belongs to JavaScript and cannot be the name of a value.`;
      expect(refusalOf(`{"a":[{"${name}":{"x":1}}]}`)).to.include(`a[0].${name}: ${sentence}`);
      expect(refusalOf(`{"${name}":1}`)).to.include(`${name}: ${sentence}`);
    }
    expect({}).to.not.have.property("x");
  });

  it("says little about much that is wrong, and about long names", () => {
    const many = refusalOf(`{"a":[${Array(200_000).fill("1e999").join(",")}]}`);
    expect(many).to.include("200000 problems").and.include("… and 199950 more");
    expect(many.length).to.be.below(5000);
    expect(refusalOf(`{"${"k".repeat(1e6)}":1e999}`).length).to.be.below(500);
  });
});

describe("valueProblems", () => {
  it("finds whatever JSON cannot hold, at its place", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const places = valueProblems(
      {
        ok: [1, "a", null],
        f: () => 1,
        nan: Number.NaN,
        inner: { u: undefined },
        date: new Date(0),
      },
      "defaults",
    ).map(({ place }) => place);
    expect(places).to.deep.equal([
      "defaults.f",
      "defaults.nan",
      "defaults.inner.u",
      "defaults.date",
    ]);
    expect(valueProblems(cyclic, "")).to.have.length(1);
    expect(valueProblems(1n, "x")).to.have.length(1);
  });
});

describe("nameProblems", () => {
  it("refuses names that would not be dotted paths", () => {
    const config = JSON.parse(
      '{"a/b":1,"c.d":1,"":1,"__proto__":1,"e":{"f.g":1},"fine":1}',
    ) as Config;
    expect(nameProblems(config, "defaults")).to.have.length(5);
  });
});
