import { expect } from "chai";
import fc from "fast-check";

import {
  type Cause,
  describeCause,
  formatRunRecord,
  parseRunRecord,
  type RunRecord,
} from "../../src/core/run-record.ts";

const causes: fc.Arbitrary<Cause> = fc.oneof(
  fc.record({ kind: fc.constant("done" as const) }),
  fc.record({ kind: fc.constant("error" as const), trace: fc.string() }),
  fc.record({ kind: fc.constant("exit" as const), code: fc.nat(255), output: fc.string() }),
  fc.record({ kind: fc.constant("signal" as const), signal: fc.string(), output: fc.string() }),
  fc.record({ kind: fc.constant("not-started" as const), message: fc.string() }),
  fc.record({ kind: fc.constant("stopped" as const), by: fc.string() }),
  fc.record({ kind: fc.constant("disk-full" as const), message: fc.string() }),
  fc.record({ kind: fc.constant("lost" as const), by: fc.string() }),
);
const texts = fc.string({ unit: "grapheme" });
const records: fc.Arbitrary<RunRecord> = fc.record({
  schemaVersion: fc.constant(1 as const),
  attempt: fc.integer({ min: 1, max: 1_000_000 }),
  owner: texts,
  outcome: fc.constantFrom(
    "completed" as const,
    "crashed" as const,
    "released" as const,
    "voided" as const,
  ),
  cause: causes,
  startedAt: fc.option(texts),
  endedAt: texts,
  seconds: fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0)),
  repositories: fc.constant([]),
});

describe("parseRunRecord", () => {
  it("gives back what formatRunRecord wrote", () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(parseRunRecord(formatRunRecord(record))).to.deep.equal(record);
      }),
    );
  });

  it("is undefined for a text that was cut anywhere", () => {
    fc.assert(
      fc.property(records, fc.nat(), (record, at) => {
        const text = formatRunRecord(record).trimEnd();
        expect(parseRunRecord(text.slice(0, at % text.length))).to.equal(undefined);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        parseRunRecord(text);
      }),
    );
  });

  it("is undefined where something could not be a file's number, be told, or be a time", () => {
    const [record] = fc.sample(records, { numRuns: 1, seed: 1 });
    for (const wrong of [
      { attempt: 0 },
      { attempt: -1 },
      { attempt: 1e9 },
      { outcome: "won" },
      { cause: { kind: "error", trace: 5 } },
      { cause: { kind: "constructor" } },
      { cause: { kind: "exit", code: "1", output: "" } },
      { cause: { kind: "timeout", limitSeconds: "1", output: "" } },
      { seconds: -1 },
    ]) {
      const text = JSON.stringify({ ...record, ...wrong });
      expect(parseRunRecord(text), text).to.equal(undefined);
    }
    const text = JSON.stringify({ ...record, seconds: 0 }).replace(
      '"seconds":0',
      '"seconds":1e999',
    );
    expect(parseRunRecord(text)).to.equal(undefined);
  });

  it("is undefined for a record of another version, and for one without an owner", () => {
    const [record] = fc.sample(records, { numRuns: 1, seed: 1 });
    expect(parseRunRecord(JSON.stringify({ ...record, schemaVersion: 2 }))).to.equal(undefined);
    expect(parseRunRecord(JSON.stringify({ ...record, owner: undefined }))).to.equal(undefined);
    expect(parseRunRecord(JSON.stringify({ ...record, attempt: 1.5 }))).to.equal(undefined);
  });
});

describe("describeCause", () => {
  it("says something about every cause", () => {
    fc.assert(
      fc.property(
        causes.filter((cause) => cause.kind !== "error"),
        (cause) => {
          expect(describeCause(cause)).to.be.a("string").and.not.equal("");
        },
      ),
    );
  });

  it("ends with the program's last output", () => {
    const said = describeCause({ kind: "exit", code: 3, output: "loss is NaN" });
    expect(said).to.match(/exit code 3[^]*\nloss is NaN$/);
    expect(describeCause({ kind: "signal", signal: "SIGKILL", output: " \n" })).to.match(
      /SIGKILL[^]*printed nothing/,
    );
  });
});
