import { expect } from "chai";

import {
  type Changes,
  checkChanges,
  nearlyKnown,
  withChanges,
} from "../../../../src/core/search/copying/changes.ts";
import { parseParameter } from "../../../../src/core/search/copying/parameter.ts";
import { UserError } from "../../../../src/errors.ts";
import { errorOf } from "../../../support/error-of.ts";

const CONFIG = { lr: 0.1, optimizer: { name: "sgd" }, layers: [1], off: null, algName: "mlp" };

const changes = (added: readonly string[], overridden: readonly string[] = []): Changes => ({
  added: added.map((text) => parseParameter(text, "additional_param")),
  overridden: overridden.map((text) => parseParameter(text, "override_param")),
});
const refusal = (given: Changes) =>
  errorOf(UserError, () => {
    checkChanges(given);
    withChanges(CONFIG, given, "ju1/experiment1");
  });

describe("withChanges", () => {
  it("adds what is new and overrides what is there, and leaves the rest in its order", () => {
    const given = changes(["optimizer.decay=1", "new=a"], ["lr=1", "off=3", "missing=4"]);
    const changed = withChanges(CONFIG, given, "");
    expect(JSON.stringify(changed)).to.equal(
      '{"lr":1,"optimizer":{"name":"sgd","decay":1},"layers":[1],"off":3,"algName":"mlp","new":"a"}',
    );
  });

  it("takes another type only where it is written", () => {
    expect(refusal(changes([], ["lr=many"])).message).to.equal(
      '--override_param lr: expected a number, as it is in ju1/experiment1 (0.1), got the text "many".',
    );
    expect(withChanges(CONFIG, changes([], ["lr=many,str"]), "")).to.have.property("lr", "many");
  });

  it("refuses to add what is there, and below what has no names", () => {
    const there = refusal(changes(["lr=3"]));
    expect(there.message).to.include("ju1/experiment1 has it already: 0.1");
    expect(there.hint).to.include("--override_param lr=3");
    expect(refusal(changes(["lr.x=3"])).message).to.include("has no names below it");
    expect(refusal(changes(["optimizer=3"])).message).to.include("has it already");
  });
});

describe("checkChanges", () => {
  it("refuses what is said twice, and what is no parameter", () => {
    for (const given of [
      changes(["a=1", "a=2"]),
      changes(["a.b=1"], ["a=2"]),
      changes([], ["a=1", "a.b.c=2"]),
    ]) {
      expect(refusal(given).message).to.include("say the same thing twice");
    }
    for (const name of ["seed", "desc", "algName", "taskName", "seed.x"]) {
      expect(refusal(changes([`${name}=1`])).message, name).to.include("it is no parameter");
    }
  });

  it("takes a value of any type for a late one: by default it says nothing of its type", () => {
    const changed = withChanges(
      { other: { size: "$<|2 * N|>" } },
      changes([], ["other.size=3"]),
      "",
    );
    expect(changed).to.have.nested.property("other.size", 3);
  });

  it("takes another algorithm or task", () => {
    const given = changes([], ["algName=cnn", "taskName=wine"]);
    checkChanges(given);
    expect(withChanges(CONFIG, given, "")).to.have.property("algName", "cnn");
    expect(refusal(changes([], ["algName=3"])).message).to.include("it is no parameter");
  });
});

describe("nearlyKnown", () => {
  it("finds a name that is perhaps meant, and not the same name in another branch", () => {
    expect(nearlyKnown("lrr", CONFIG)).to.equal("lr");
    expect(nearlyKnown("optimizer.nmae", CONFIG)).to.equal("optimizer.name");
    expect(nearlyKnown("optimizer.lr", CONFIG)).to.equal(undefined);
    expect(nearlyKnown("warmup", CONFIG)).to.equal(undefined);
  });
});
