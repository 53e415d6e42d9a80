import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";

import type { ConfigValue } from "../../../../src/core/config/config.ts";
import { canonicalJson } from "../../../../src/core/config/identity.ts";
import {
  formatOverride,
  formatValue,
  shellWord,
} from "../../../../src/core/config/overrides/format-override.ts";
import { type Override, OverrideError } from "../../../../src/core/config/overrides/override.ts";
import {
  parseOverride,
  parseOverrides,
} from "../../../../src/core/config/overrides/parse-override.ts";
import { resolvePlain } from "../../../../src/core/config/overrides/plain-scalar.ts";
import { formatProblems } from "../../../../src/core/config/problems.ts";

const values = (text: string) => {
  const { override } = parseOverride(text);
  return override.kind === "set" ? override.values : [];
};

describe("parseOverride", () => {
  it("types values as YAML 1.2 does", () => {
    const expected: readonly (readonly [string, readonly ConfigValue[]])[] = [
      ["a=1", [1]],
      ["a=1e-3,1e-2", [0.001, 0.01]],
      ["a=true,False,null,0x1F,0o17", [true, false, null, 31, 15]],
      ["a=", [null]],
      ["a=''", [""]],
      ["a='x,y'", ["x,y"]],
      ["a='it''s',\"a\\nb\"", ["it's", "a\nb"]],
      ["a=it's,b", ["it's", "b"]],
      ["a=a b, c ", ["a b", "c"]],
      [
        "a=2020-01-01,yes,1_000,../data,http://x",
        ["2020-01-01", "yes", "1_000", "../data", "http://x"],
      ],
      ["a='1',1", ["1", 1]],
      ["a=[1,[2, x]],{b: 'c,]', d: [e]}", [[1, [2, "x"]], { b: "c,]", d: ["e"] }]],
      ["a=1..5", [1, 2, 3, 4, 5]],
      ["a=1..6..2,9", [1, 3, 5, 9]],
      ["a=5..3", [5, 4, 3]],
      ["a=0.1..0.5..0.1", [0.1, 0.2, 0.3, 0.4, 0.5]],
      ["a=x-$<|max(N, 3)|>,$<|'|>,' + str(N)|>", ["x-$<|max(N, 3)|>", "$<|'|>,' + str(N)|>"]],
    ];
    for (const [text, wanted] of expected) expect(values(text), text).to.deep.equal(wanted);
  });

  it("reads nested and quoted keys, and the marks + += ~", () => {
    expect(parseOverride("optimizer.\"b c\".'d=e'=1").override).to.deep.equal({
      kind: "set",
      path: ["optimizer", "b c", "d=e"],
      values: [1],
      isNew: false,
    });
    expect(parseOverride("+new=3").override).to.include({ kind: "set", isNew: true });
    expect(parseOverride("~gone.x").override).to.deep.equal({
      kind: "remove",
      path: ["gone", "x"],
    });
    expect(parseOverride("layers+=[64,32]").override).to.deep.include({ items: [64, 32] });
    expect(parseOverride("layers+=64").override).to.deep.include({ items: [64] });
  });

  it("agrees with the yaml library about unquoted texts", () => {
    const text = fc.stringMatching(/^[-+.0-9a-fA-FxotrueTRUEnulNL~_]{0,8}$/);
    fc.assert(
      fc.property(text, (plain) => {
        // A dash alone begins an item of a list; nothing at all cannot stand in one.
        fc.pre(plain !== "" && !/^-+$/.test(plain));
        const library = parse(`[${plain}, 0]`, { schema: "core", version: "1.2" }) as unknown[];
        const wanted = library[0];
        try {
          const value = resolvePlain(plain, { at: 0, end: 0 });
          expect(value).to.equal(Object.is(wanted, -0) ? 0 : wanted);
        } catch (error) {
          if (!(error instanceof OverrideError)) throw error;
          expect(Number.isSafeInteger(wanted)).to.equal(false);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("throws nothing but OverrideError, whatever it reads", () => {
    const piece = fc.constantFrom(
      ..."a . = + ~ , [ ] { } : ' \" \\ $<| |> 1 .. e - # & * ! % @ \n  é".split(" "),
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join("")),
      fc.array(piece, { maxLength: 14 }).map((pieces) => `a=${pieces.join("")}`),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(text, (one) => {
        try {
          parseOverride(one);
        } catch (error) {
          if (!(error instanceof OverrideError)) throw error;
          const { at, end } = error.span;
          expect(at).to.be.within(0, one.length);
          expect(end).to.be.within(at, one.length + 1);
        }
      }),
      { numRuns: 3000 },
    );
    for (const one of ["[".repeat(50_000), "{a: ".repeat(50_000), "1..9".repeat(10_000)]) {
      try {
        parseOverride(`a=${one}`);
      } catch (error) {
        expect(error).to.be.instanceOf(OverrideError);
      }
    }
  });
});

describe("formatOverride", () => {
  const name = fc
    .oneof(
      fc.constantFrom("lr", "optimizer", "b c", "a=b", "it's", 'say "x"', `'"`, "+x", "x+", "~"),
      fc.string({ minLength: 1 }).filter((text) => !/[./\0]/.test(text)),
    )
    .filter((text) => !["__proto__", "constructor", "prototype"].includes(text));
  const path = fc.array(name, { minLength: 1, maxLength: 3 });
  const text = fc.oneof(
    fc.constantFrom(
      "1",
      "true",
      "null",
      "~",
      "",
      " a",
      "a ",
      "x,y",
      "1..5",
      "$<|N|>",
      "it's",
      "[a]",
      "{",
      "#",
      "a: b",
      ".inf",
    ),
    fc.string(),
    fc.string({ unit: "binary" }),
  );
  const scalar = fc
    .oneof(
      text,
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .filter((x) => !Number.isInteger(x) || Number.isSafeInteger(x)),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    )
    .map((value) => (Object.is(value, -0) ? 0 : value));
  const value: fc.Arbitrary<ConfigValue> = fc.oneof(
    { weight: 3, arbitrary: scalar },
    fc.array(scalar, { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z ]{1,5}$/), fc.oneof(scalar, fc.array(scalar)), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  );
  const override: fc.Arbitrary<Override> = fc.oneof(
    fc.record({
      kind: fc.constant("set" as const),
      path,
      values: fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: canonicalJson }),
      isNew: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("append" as const),
      path,
      items: fc.array(value, { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("remove" as const), path }),
  );

  it("is read back as it was", () => {
    fc.assert(
      fc.property(override, (one) => {
        expect(parseOverride(formatOverride(one)).override).to.deep.equal(one);
      }),
      { numRuns: 2000 },
    );
  });

  it("writes numbers that digits cannot hold with an exponent", () => {
    const written = { kind: "set", path: ["a"], isNew: false, values: [1e20] } as const;
    expect(formatOverride(written)).to.equal("a=1e+20");
    const list = [-1e20, 0.12345678901234566, "100000000000000000000", 2 ** 53 - 1];
    expect(formatValue(list)).to.equal(
      '[-1e+20,0.12345678901234566,"100000000000000000000",9007199254740991]',
    );
    expect(values(`a=${formatValue(list)}`)).to.deep.equal([list]);
  });

  it("writes values without quotes where they stay what they are", () => {
    const written = ["adam", "a b", "../data", "1", "true", "", "x,y", 1e-7, [1, "a"], null].map(
      formatValue,
    );
    expect(written).to.deep.equal([
      "adam",
      "a b",
      "../data",
      '"1"',
      '"true"',
      '""',
      '"x,y"',
      "1e-7",
      '[1,"a"]',
      "null",
    ]);
  });

  it("makes words that survive a shell", async () => {
    const words = [
      "c='x,y'",
      'd=["a", "b"]',
      "~gone",
      "e=$HOME",
      "f=`x`",
      "g=a\\b",
      "h=!",
      "lr=1e-3,1e-2",
    ];
    const script = `printf '%s\\n' ${words.map(shellWord).join(" ")}`;
    const { stdout } = await promisify(execFile)("sh", ["-c", script]);
    expect(stdout.trimEnd().split("\n")).to.deep.equal(words);
    expect(shellWord("lr=1e-3,1e-2")).to.equal("lr=1e-3,1e-2");
  });
});

describe("parseOverrides", () => {
  it("collects all problems, each with a caret below its character", () => {
    const args = [
      "lr 0.1",
      "lr=1,,2",
      "--lr=1",
      "c='x",
      "d={a: 1, a: 2}",
      "a.__proto__.b=1",
      "e=1..5..-1",
      'f="a"b',
      "layers[0]=1",
      "x=9007199254740993",
      "layers+=1,2",
      "lr=1,1.0",
      "ok=1",
      "ok.a=2",
    ];
    expect(formatProblems("The command line", parseOverrides(args).problems)).to.equal(
      [
        "The command line has 13 problems:",
        '  - Expected "=", got " ".',
        "      lr 0.1",
        "        ^^^^",
        "      Write lr=0.1, or ~lr to remove it.",
        "  - A value is missing at the comma.",
        "      lr=1,,2",
        "           ^",
        "      Write null if that is meant.",
        '  - Expected a key, got "-".',
        "      --lr=1",
        "      ^",
        "      Without dashes: lr=1.",
        "  - The quoted text has no end.",
        "      c='x",
        "        ^^",
        "      Close it with '; the shell takes a pair of its own, as in c=\"'x,y'\".",
        "  - Map keys must be unique.",
        "      d={a: 1, a: 2}",
        "               ^",
        '  - The key "__proto__" belongs to JavaScript and cannot be the name of a value.',
        "      a.__proto__.b=1",
        "        ^^^^^^^^^",
        "  - Steps of -1 never get from 1 to 5.",
        "      e=1..5..-1",
        "        ^^^^^^^^",
        "      Write 1..5..1.",
        '  - Expected "," or the end behind the value, got "b".',
        '      f="a"b',
        "           ^",
        '      Put all of it in quotes: "\\"a\\"b".',
        "  - Items of lists have no keys.",
        "      layers[0]=1",
        "            ^^^^^",
        "      Lists are replaced as a whole: layers=[…].",
        "  - A number cannot hold so many digits exactly.",
        "      x=9007199254740993",
        "        ^^^^^^^^^^^^^^^^",
        '      Write "9007199254740993" in quotes if a text is meant.',
        "  - One value is appended, or one list.",
        "      layers+=1,2",
        "              ^^^",
        "      Append a list: layers+=[1,2].",
        "  - The value 1 comes twice.",
        "      lr=1,1.0",
        "           ^^^",
        "      Leave out one of them.",
        '  - ok.a: is set twice: "ok=1" sets it, too.',
        "      ok.a=2",
        "      ^^^^",
        "      Leave out one of them.",
      ].join("\n"),
    );
  });
});
