import { expect } from "chai";
import fc from "fast-check";
import { parse, stringify } from "yaml";

import { parsePlainYaml } from "../../../src/core/config/plain-yaml.ts";
import { plainConfig } from "../../../src/core/config/plain-config.ts";
import { YAML_OPTIONS } from "../../../src/tree/reading/metadata.ts";

/** What the library makes of a text; undefined if it refuses it. */
function wholeYaml(text: string): unknown {
  try {
    const value: unknown = parse(text, YAML_OPTIONS);
    return value === null || value === undefined ? {} : plainConfig(value);
  } catch {
    return undefined;
  }
}

/** What is read is what the library reads, to the order of the keys. */
function expectSame(text: string): boolean {
  const fast = parsePlainYaml(text);
  if (fast === undefined) return false;
  expect(JSON.stringify(fast), JSON.stringify(text)).to.equal(JSON.stringify(wholeYaml(text)));
  return true;
}

/** Words of which the odd and the ordinary are made. */
const word = fc.oneof(
  fc.constantFrom(
    ...["a", "b_1", "lr", "null", "Null", "~", "true", "False", "yes", "1", "-1", "007", "0x1F"],
    ...[
      "0o17",
      "1e-3",
      "1e999",
      "+5",
      ".5",
      "5.",
      "-0",
      ".inf",
      "-.INF",
      ".nan",
      "1_000",
      "12:30:59",
    ],
    ...[
      "2026-01-01",
      "a b",
      "a  b",
      "a: b",
      "a #b",
      "a#b",
      "#",
      "&x",
      "*x",
      "!!str 1",
      "|",
      ">",
      "<<",
    ],
    ...[
      "[]",
      "{}",
      "[1]",
      "{a: 1}",
      "''",
      '""',
      "'it''s'",
      '"\\n"',
      "'a'",
      '"b"',
      "-",
      "- 1",
      "?",
      ": x",
    ],
    ...[
      "---",
      "...",
      "%TAG",
      "@",
      "`",
      "__proto__",
      "constructor",
      "é",
      "\t",
      "a:",
      "a:b",
      "\u2028",
      "-x",
    ],
  ),
  fc.string({ maxLength: 6 }),
);
const plain = fc.constantFrom("a", "b", "c_1", "lr", "x y", "1", "0.5", "null", "true");
const often = fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: word });
const indent = fc.constantFrom("", "", "", "  ", "  ", "    ", " ");
const line = fc
  .tuple(indent, fc.constantFrom("key", "key", "key", "item", "bare", "nested"), often, often)
  .map(([before, kind, first, second]) => {
    switch (kind) {
      case "key":
        return `${before}${first}: ${second}`;
      case "nested":
        return `${before}${first}:`;
      case "item":
        return `${before}- ${second}`;
      case "bare":
        return `${before}${first}`;
    }
  });
const hostileText = fc.array(line, { maxLength: 8 }).map((lines) => `${lines.join("\n")}\n`);

const TEXT =
  "seed: null\nmodel:\n  sizes:\n    - 64\n    - 32\n  name: mlp\nlr: 1e-3\nhost: 'a b'\nlist:\n- x\n";
/** A real file, damaged in a few places. */
const damaged = fc
  .array(
    fc.tuple(fc.nat(TEXT.length), fc.nat(3), fc.oneof(word, fc.constantFrom("\n", " ", ":"))),
    {
      maxLength: 3,
    },
  )
  .map((damages) =>
    damages.reduce(
      (text, [at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone),
      TEXT,
    ),
  );

describe("parsePlainYaml", () => {
  it("reads what it reads as the library does, of texts that look like YAML", () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(hostileText, damaged), (text) => {
        if (expectSame(text)) read += 1;
      }),
      { numRuns: 3000 },
    );
    expect(read).to.be.greaterThan(150);
  });

  it("reads any single value, and any single key, as the library does", () => {
    fc.assert(
      fc.property(fc.oneof(word, fc.string()), (text) => {
        expectSame(`a: ${text}\n`);
        expectSame(`a:\n  - ${text}\n  - x\n`);
        expectSame(`${text}: 1\nb: 2`);
        expectSame(`a: ${text}\n  b\n`);
      }),
      { numRuns: 2000 },
    );
  });

  it("reads what programs write, so that the library is not needed", () => {
    const scalar = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom("sgd", "", "12:30:59", "2026-01-01T00:00:00.000Z", "/home/me/main.py", "a b"),
      fc.integer({ min: -8, max: 8 }).map((power) => 10 ** power),
    );
    const { config } = fc.letrec<{ config: unknown; value: unknown }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 3 }), tie("config")),
      config: fc.dictionary(fc.stringMatching(/^[a-z]_[a-z]{1,8}$/), tie("value"), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(config, (value) => {
        const text = stringify(value, { lineWidth: 0 });
        if (text === "{}\n") return;
        expect(parsePlainYaml(text), text).to.deep.equal(value);
      }),
    );
    // As PyYAML writes lists.
    expect(parsePlainYaml("a:\n- 1\n- 'x'\nb:\n  c:\n    - y\n  d: null\n")).to.deep.equal({
      a: [1, "x"],
      b: { c: ["y"], d: null },
    });
  });

  it("leaves alone whatever needs a second look", () => {
    for (const text of [
      ...["a: &x 1\nb: *x\n", "a: 1 # one\n", "a:\n\tb: 1\n", "a: |\n  text\n", "<<: {b: 1}\n"],
      ...["a: 1\n  b: 2\n", "a:\n  b: 1\n c: 2\n", "a: [1, 2]\n", "- a\n", "a\n", "a: 1\r\n"],
      ...[
        "__proto__: 1\n",
        "a: x: y\n",
        "a:\n  - b: 1\n",
        "a: 0x1F\n",
        "null: 1\n",
        "a: 'it''s'\n",
      ],
    ]) {
      expect(parsePlainYaml(text), text).to.equal(undefined);
    }
    expect(
      parsePlainYaml(Array.from({ length: 40 }, (_, n) => `${" ".repeat(n)}a:\n`).join("")),
    ).to.equal(undefined);
  });
});
