import { expect } from "chai";
import fc from "fast-check";

import type { Config, ConfigValue } from "../../../src/core/config/config.ts";
import { canonicalJson, configIdentity } from "../../../src/core/config/identity.ts";

const { config } = fc.letrec<{ value: ConfigValue; config: Config }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("config"),
  ),
  config: fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
}));

describe("configIdentity", () => {
  it("is the same for any order of names", () => {
    fc.assert(
      fc.property(config, (one) => {
        expect(configIdentity(reversed(one))).to.equal(configIdentity(one));
      }),
    );
  });

  it("is the same after a journey through a file", () => {
    fc.assert(
      fc.property(config, (one) => {
        const read = JSON.parse(JSON.stringify(one)) as Config;
        expect(configIdentity(read)).to.equal(configIdentity(one));
      }),
    );
  });

  it("does not depend on seed and desc, but on everything else", () => {
    const identity = configIdentity({ lr: 0.1, seed: 1, desc: "a" });
    expect(configIdentity({ lr: 0.1, seed: 2 })).to.equal(identity);
    expect(configIdentity({ lr: 0.2, seed: 1, desc: "a" })).to.not.equal(identity);
    expect(configIdentity({ lr: "0.1" })).to.not.equal(identity);
    expect(configIdentity({ lr: 0.1, inner: { seed: 1 } })).to.not.equal(identity);
  });
});

describe("canonicalJson", () => {
  it("writes 0 and -0 alike, and lists in their order", () => {
    expect(canonicalJson({ b: -0, a: [2, 1, { d: 1, c: null }] })).to.equal(
      '{"a":[2,1,{"c":null,"d":1}],"b":0}',
    );
  });
});

function reversed(value: Config): Config {
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, item]) => [name, reversedValue(item)]));
}

function reversedValue(value: ConfigValue): ConfigValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reversedValue);
  return reversed(value as Config);
}
