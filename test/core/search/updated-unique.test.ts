import { expect } from "chai";
import fc from "fast-check";

import { describeUpdate, updatedUnique } from "../../../src/core/search/updated-unique.ts";

const name = fc.constantFrom("lr", "units", "optimizer.name", "gone");
const config = fc.record(
  {
    lr: fc.double({ noNaN: true, noDefaultInfinity: true }),
    units: fc.integer(),
    optimizer: fc.record({ name: fc.string() }),
  },
  { requiredKeys: [] },
);
const unique = fc.option(fc.dictionary(name, fc.oneof(fc.integer(), fc.string())), {
  nil: undefined,
});

describe("updatedUnique", () => {
  it("says what the configuration says, under the names that vary and those that were there", () => {
    const config = { lr: 0.1, optimizer: { name: "adam" }, units: 8 };
    const before = { lr: 0.2, gone: 3, units: 8 };
    const after = updatedUnique(config, before, ["optimizer.name", "lr", "missing"]);
    expect(JSON.stringify(after)).to.equal('{"lr":0.1,"units":8,"optimizer.name":"adam"}');
    expect(describeUpdate(before, after)).to.equal(
      'lr is 0.1, not 0.2; gone is dropped; optimizer.name is added: "adam"',
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(config, unique, fc.uniqueArray(name), (one, before, varied) => {
        const after = updatedUnique(one, before, varied);
        expect(describeUpdate(after, updatedUnique(one, after, varied))).to.equal(undefined);
        expect(describeUpdate(undefined, after)).to.be.a("string");
      }),
    );
  });

  it("does not mind the order of names and the sign of a zero", () => {
    expect(describeUpdate({ a: 1, b: -0 }, { b: 0, a: 1 })).to.equal(undefined);
  });
});
