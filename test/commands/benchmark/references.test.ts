import { expect } from "chai";
import * as fc from "fast-check";

import { chooseNormalisation } from "../../../src/commands/benchmark/references.ts";
import { UserError } from "../../../src/errors.ts";
import { testHost } from "../../support/test-host.ts";

const MODELS = [[{ task: "digits", scores: [0.1, 0.9] }]];

/** What a file with this text makes of it. */
function referencesIn(text: string) {
  const { files } = testHost();
  const host = testHost({ files: { ...files, read: () => text } });
  return chooseNormalisation("references.json", MODELS, "maximise", host).references;
}

describe("chooseNormalisation", () => {
  it("reads back the references of a file", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    fc.assert(
      fc.property(number, number, (zero, one) => {
        fc.pre(zero !== one);
        const found = referencesIn(JSON.stringify({ digits: { zero, one } }));
        expect(found.get("digits")).to.deep.equal({ zero, one });
      }),
    );
  });

  it("refuses any other text with words", () => {
    const task = fc.record({ zero: fc.jsonValue(), one: fc.jsonValue() }, { requiredKeys: [] });
    const value = fc.oneof(fc.jsonValue(), fc.record({ digits: fc.oneof(task, fc.jsonValue()) }));
    const text = fc.oneof(
      fc.string(),
      value.map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          const { zero = Number.NaN, one = Number.NaN } = referencesIn(given).get("digits") ?? {};
          expect(Number.isFinite(zero) && Number.isFinite(one) && zero !== one).to.equal(true);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.code).to.equal("config-invalid");
        }
      }),
    );
  });
}).timeout(20_000);
