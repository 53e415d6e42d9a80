import { expect } from "chai";
import fc from "fast-check";

import { parseMemory, parseTime } from "../../../src/commands/cluster/cluster-options.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";

describe("parseTime", () => {
  const TIMES = [
    ["90m", 5400],
    ["4:00:00", 14_400],
    ["2-12:00:00", 216_000],
    ["1h30m", 5400],
    ["1s", 1],
  ] as const;
  for (const [text, seconds] of TIMES) {
    it(`is ${seconds} s for ${text}`, () => {
      expect(parseTime("--time", text)).to.equal(seconds);
    });
  }

  for (const text of ["90", " 90 ", "1.5", "", "0s", "-5m", "4:00", "soon", "1:2:3:4", "1e9h"]) {
    it(`refuses ${JSON.stringify(text)}, and names its place`, () => {
      const error = errorOf(UserError, () => parseTime("cluster.time", text));
      expect(error.code).to.equal("usage");
      expect(error.message).to.include("cluster.time").and.to.include(JSON.stringify(text));
    });
  }

  it("gives seconds, or refuses, whatever the text", () => {
    fc.assert(fc.property(fc.string(), (text) => isNumberOrRefused(() => parseTime("t", text))));
  });
});

describe("parseMemory", () => {
  it("gives MiB, or refuses, whatever the text", () => {
    expect(parseMemory("--memory", "1.5T")).to.equal(1_572_864);
    expect(parseMemory("--memory", "500")).to.equal(500);
    fc.assert(fc.property(fc.string(), (text) => isNumberOrRefused(() => parseMemory("m", text))));
  });
});

function isNumberOrRefused(act: () => number): boolean {
  try {
    return act() >= 1;
  } catch (error) {
    return error instanceof UserError;
  }
}
