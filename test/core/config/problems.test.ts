import { expect } from "chai";

import {
  formatProblems,
  nearest,
  show,
  suggestion,
  unknownKeys,
} from "../../../src/core/config/problems.ts";

describe("nearest", () => {
  it("looks for nothing near to a name that nobody would write", () => {
    const long = "a".repeat(5e6);
    expect(nearest(long, [long.slice(1)])).to.equal(undefined);
    expect(nearest("lr", [long, "lrs"])).to.equal("lrs");
  });

  it("finds the name that was meant, and none that has nothing to do with it", () => {
    const known = ["learningRate", "hiddenUnits", "lr"];
    expect(nearest("learning_rate", known)).to.equal("learningRate");
    expect(nearest("learnigRate", known)).to.equal("learningRate");
    expect(nearest("dropout", known)).to.equal(undefined);
    expect(suggestion("hidenUnits", known)).to.equal(' Did you mean "hiddenUnits"?');
  });
});

describe("unknownKeys", () => {
  it("names the place of each", () => {
    const [problem] = unknownKeys({ seeds: 1, sedes: 2 }, ["seeds"], "schedule");
    expect(problem).to.have.property("place", "schedule.sedes");
  });
});

describe("formatProblems", () => {
  it("has a line for each problem below the source", () => {
    const problems = [
      { place: "seeds", message: "one." },
      { place: "", message: "two." },
    ];
    expect(formatProblems("a.ts", problems)).to.equal(
      "a.ts has 2 problems:\n  - seeds: one.\n  - two.",
    );
  });
});

describe("show", () => {
  it("is short and never fails", () => {
    const cyclic: { self?: object } = {};
    cyclic.self = cyclic;
    const values = [cyclic, () => 1, 1n, Symbol("s"), undefined, Number.NaN, "x".repeat(1000)];
    for (const value of values) expect(show(value)).to.have.length.below(100);
  });
});
