import { expect } from "chai";
import fc from "fast-check";

import type { Config, ConfigValue } from "../../../src/core/config/config.ts";
import { canonicalJson, configIdentity, identified } from "../../../src/core/config/identity.ts";

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

  it("is the same however a number is written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.nat(6), (digits, places) => {
        const spellings = [
          `${digits}e-${places}`,
          `${digits}0E-${places + 1}`,
          `${digits}.00e-${places}`,
          String(Number(`${digits}e-${places}`)),
        ];
        const identities = spellings.map((text) =>
          configIdentity(JSON.parse(`{"lr":${text}}`) as Config),
        );
        expect(new Set(identities)).to.have.property("size", 1);
      }),
    );
    expect(configIdentity({ lr: -0 })).to.equal(configIdentity({ lr: 0 }));
    expect(configIdentity({ lr: 1 })).to.not.equal(configIdentity({ lr: "1" }));
  });

  it("does not depend on what is volatile, be it missing, and on nothing beside it", () => {
    const volatile = ["data", "log.level"];
    const identity = configIdentity({ lr: 1, log: { level: 3 } }, volatile);
    for (const same of [
      { lr: 1 },
      { lr: 1, log: {} },
      { lr: 1, data: { path: "/a" }, desc: "b" },
      { log: { level: [1, 2] }, lr: 1, data: null },
    ]) {
      expect(configIdentity(same, volatile), JSON.stringify(same)).to.equal(identity);
    }
    for (const other of [
      { lr: 1, log: { file: 1 } },
      { lr: 1, log: 3 },
      { lr: 1, "log.level": 3 },
    ]) {
      expect(configIdentity(other, volatile), JSON.stringify(other)).to.not.equal(identity);
    }
  });

  it("tells any two apart that differ in what is not volatile", () => {
    fc.assert(
      fc.property(config, config, fc.array(fc.string()), (one, two, volatile) => {
        const [a, b] = [one, two].map((some) => identified(some, volatile));
        const isSame = canonicalJson(a ?? null) === canonicalJson(b ?? null);
        expect(configIdentity(one, volatile) === configIdentity(two, volatile)).to.equal(isSame);
        // Nothing is left of it, and nothing else is taken.
        expect(identified(identified(one, volatile), volatile)).to.deep.equal(a);
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
