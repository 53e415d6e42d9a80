import { expect } from "chai";
import fc from "fast-check";

import {
  type Config,
  formatConfig,
  formatSeeds,
  pathsOf,
  setAt,
  uniqueConfig,
  valueAt,
} from "../../../src/core/config/config.ts";

describe("setAt", () => {
  it("sets what valueAt then reads, and leaves the original alone", () => {
    const name = fc.stringMatching(/^[a-z]{1,3}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("."));
    fc.assert(
      fc.property(path, fc.integer(), (at, value) => {
        const config = { other: { x: 1 } };
        const before = structuredClone(config);
        expect(valueAt(setAt(config, at, value), at)).to.equal(value);
        expect(config).to.deep.equal(before);
      }),
    );
  });

  it("keeps the neighbours and the order of names", () => {
    const config = { a: 1, optimizer: { name: "sgd", lr: 0.1 }, z: 2 };
    const text = JSON.stringify(setAt(config, "optimizer.name", "adam"));
    expect(text).to.equal('{"a":1,"optimizer":{"name":"adam","lr":0.1},"z":2}');
  });

  it("refuses to touch prototypes", () => {
    for (const path of ["__proto__", "__proto__.x", "a.__proto__.x", "constructor.x"]) {
      expect(() => setAt({ a: {} }, path, 1), path).to.throw(RangeError);
    }
    expect(setAt({}, "toString.x", 1)).to.deep.equal({ toString: { x: 1 } });
    expect({}).to.not.have.property("x");
  });

  it("refuses a path through a value without names", () => {
    expect(() => setAt({ lr: 0.1 }, "lr.start", 1)).to.throw(RangeError);
  });
});

describe("pathsOf", () => {
  it("lists branches and leaves by their dotted paths", () => {
    expect(pathsOf({ a: 1, b: { c: [1], d: { e: null } } })).to.deep.equal([
      "a",
      "b",
      "b.c",
      "b.d",
      "b.d.e",
    ]);
  });
});

describe("uniqueConfig", () => {
  it("takes own values only, under whatever names, and changes what nothing inherits", () => {
    const config = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as Config;
    const unique = uniqueConfig(config, ["__proto__", "constructor", "toString"]);
    expect(Object.entries(unique)).to.deep.equal([
      ["__proto__", { x: 1 }],
      ["constructor", 2],
    ]);
    expect(Object.getPrototypeOf(unique)).to.equal(Object.prototype);
  });

  it("holds the varied values by their dotted names, and only them", () => {
    const config = { lr: 0.1, optimizer: { name: "sgd", momentum: 0 }, seed: 1 };
    expect(uniqueConfig(config, ["optimizer.name", "lr"])).to.deep.equal({
      "optimizer.name": "sgd",
      lr: 0.1,
    });
  });
});

describe("formatConfig", () => {
  it("ends with a newline and keeps the author's order", () => {
    expect(formatConfig({ z: 1, a: 2 })).to.equal('{\n  "z": 1,\n  "a": 2\n}\n');
  });
});

describe("formatSeeds", () => {
  it("is the text of the configuration with the seed", () => {
    for (const config of [{}, { lr: 0.1, inner: { a: [1] } }, { seed: 0, z: "}\n" }]) {
      for (const seed of [0, 12]) {
        expect(formatSeeds(config)(seed)).to.equal(formatConfig({ ...config, seed }));
      }
    }
  });
});
