import { expect } from "chai";
import fc from "fast-check";

import {
  formatResume,
  formatRow,
  isDoneLine,
  numberOf,
  parseRecordLine,
} from "../../../src/core/recording/record-line.ts";

const anyNumber = fc.double();
const anyKey = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("NaN", "-Infinity", "__proto__", "constructor", "$resume", '"', "\\", "\n"),
);

describe("parseRecordLine", () => {
  it("reads back what formatRow wrote, on one line, for any names and numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKey, anyNumber)), (entries) => {
        const values = Object.fromEntries(entries);
        const text = formatRow(values);
        expect(text).to.not.include("\n");
        const line = parseRecordLine(text);
        if (line.kind !== "row") throw new Error(`expected a row, got ${line.kind}`);
        expect(Object.keys(line.values)).to.have.members(Object.keys(values));
        for (const key of Object.keys(values)) {
          expect(Object.is(numberOf(line.values[key]), values[key])).to.equal(true);
        }
      }),
    );
  });

  it("reads back what formatResume wrote", () => {
    fc.assert(
      fc.property(anyKey, fc.double({ noNaN: true, noDefaultInfinity: true }), (key, from) => {
        expect(parseRecordLine(formatResume(key, from))).to.deep.equal({
          kind: "resume",
          key,
          from,
        });
      }),
    );
  });

  it("takes the line that says that a run is finished for no row, and no other line for it", () => {
    expect(parseRecordLine('{"$done": true}')).to.deep.equal({ kind: "blank" });
    expect(isDoneLine(' {"$done": true} ')).to.equal(true);
    for (const other of ['{"$done": 1}', '{"$done": true, "loss": 1}', "", "[true]", "{", "null"]) {
      expect(isDoneLine(other), other).to.equal(false);
    }
    expect(parseRecordLine('{"$done": 1}')).to.include({ kind: "row" });
  });

  it("leaves the words alone inside strings", () => {
    const line = parseRecordLine('{"a NaN \\" b": 1, "note": "x NaN, -Infinity", "loss": NaN}');
    expect(line).to.deep.equal({
      kind: "row",
      values: { 'a NaN " b': 1, note: "x NaN, -Infinity", loss: "NaN" },
    });
  });

  it("takes what Python writes", () => {
    const line = parseRecordLine('{"epoch": 1, "loss": NaN, "up": Infinity, "down": -Infinity}\r');
    if (line.kind !== "row") throw new Error("expected a row");
    expect(Object.values(line.values).map(numberOf)).to.deep.equal([1, NaN, Infinity, -Infinity]);
  });

  for (const damaged of [
    '{"loss": 0.',
    '{"loss": NaN',
    '{"loss": 1Infinity}',
    '{"loss": --Infinity}',
    '{"loss": NaNNaN}',
    '{"loss": -NaN}',
    "[1]",
    "5",
    "NaN",
    "null",
    '"text"',
    '{"$resume":{}}',
    '{"$resume":{"epoch":NaN}}',
    '{"$resume":{"epoch":1,"step":2}}',
  ]) {
    it(`takes ${damaged} as damaged`, () => {
      expect(parseRecordLine(damaged)).to.deep.equal({ kind: "damaged" });
    });
  }

  it("takes spaces and nothing as blank", () => {
    for (const text of ["", "  ", "\t\r"]) {
      expect(parseRecordLine(text)).to.deep.equal({ kind: "blank" });
    }
  });

  it("never throws, whatever the text", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("{", "}", '"', "\\", ":", "NaN", "-Infinity", "$resume", "[", "1", ","),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        parseRecordLine(pieces.join(""));
      }),
      { numRuns: 1000 },
    );
  });

  it("takes time linear in the length of a text of quotes and backslashes", () => {
    // Quadratic time would be minutes: mocha's limit of two seconds is the assertion.
    expect(parseRecordLine(`NaN"${'\\"'.repeat(500_000)}\\`).kind).to.equal("damaged");
    expect(parseRecordLine(`NaN${'"'.repeat(1_000_001)}`).kind).to.equal("damaged");
  });
});

describe("numberOf", () => {
  it("takes numbers and the three words only", () => {
    expect([1, "NaN", "Infinity", "-Infinity"].map(numberOf)).to.deep.equal([
      1,
      NaN,
      Infinity,
      -Infinity,
    ]);
    expect([true, null, "1", "nan", [1], {}, undefined].map(numberOf)).to.deep.equal(
      Array<undefined>(7).fill(undefined),
    );
  });
});
