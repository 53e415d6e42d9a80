import { expect } from "chai";
import fc from "fast-check";

import {
  COMPLETED_FLAG,
  CRASHED_FLAG,
  flagsAmong,
  formatOwner,
  type Owner,
  ownerHost,
  parseOwner,
  PENDING_FLAG,
  resettingFlag,
  runningFlag,
  stateOf,
  stateOfFlag,
  workerOf,
} from "../../src/core/run-state.ts";

const owners: fc.Arbitrary<Owner> = fc.record({
  host: fc.string().map(ownerHost),
  pid: fc.integer({ min: 1, max: 4_194_304 }),
  token: fc.stringMatching(/^[0-9a-f]{32}$/),
});
const OWNER = { host: "node-7", pid: 4242, token: "0123456789abcdef0123456789abcdef" };
/** Anything that could be lying in a folder, much of it close to what we write. */
const names = fc.oneof(
  fc.string(),
  fc.constantFrom("OPENED", "OPENED.", "RESETTING", "RESETTING.", "CRASH.txt", "COMPLETED.txt"),
  fc
    .tuple(fc.constantFrom("OPENED", "RESETTING", "UNHATCHED"), fc.string())
    .map((parts) => parts.join(".")),
  owners.map(runningFlag),
);

describe("parseOwner", () => {
  it("gives back what formatOwner wrote", () => {
    fc.assert(
      fc.property(owners, (owner) => {
        expect(parseOwner(formatOwner(owner))).to.deep.equal(owner);
      }),
    );
  });

  it("spells an owner in one way only", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const owner = parseOwner(text);
        if (owner !== undefined) expect(formatOwner(owner)).to.equal(text);
      }),
    );
  });

  it("refuses pids and tokens that nobody writes", () => {
    const token = OWNER.token;
    const wrong = [
      "",
      "a",
      `a.0.${token}`,
      `a.01.${token}`,
      `a.1.${token}0`,
      `A.1.${token}`,
      `a..${token}`,
    ];
    expect(wrong.map(parseOwner)).to.deep.equal(wrong.map(() => undefined));
  });
});

describe("ownerHost", () => {
  it("takes time linear in the name", () => {
    expect(ownerHost(`a${".".repeat(1e6)}\n`)).to.equal("a");
  });

  it("makes any host's name fit for a file's name", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (name) => {
        expect(ownerHost(name)).to.match(/^[a-z0-9-]{1,64}$/);
      }),
    );
  });

  it("drops the domain", () => {
    expect(ownerHost("Node_7.cluster.example.org")).to.equal("node-7");
  });
});

describe("workerOf", () => {
  it("is the first 24 digits of the token", () => {
    expect(workerOf(OWNER)).to.equal("0123456789abcdef01234567");
  });
});

describe("stateOfFlag", () => {
  it("reads back who runs or resets", () => {
    fc.assert(
      fc.property(owners, (owner) => {
        expect(stateOfFlag(runningFlag(owner))).to.deep.equal({ kind: "running", owner });
        expect(stateOfFlag(resettingFlag(owner))).to.deep.equal({
          kind: "resetting",
          cleaner: owner,
        });
      }),
    );
  });

  it("reads the flags of older tools", () => {
    expect(stateOfFlag("OPENED")).to.deep.equal({ kind: "running", owner: undefined });
    expect(stateOfFlag("CRASH.txt")).to.deep.equal({ kind: "crashed" });
  });

  it("takes an owner that cannot be read for an unknown one", () => {
    expect(stateOfFlag("OPENED.somebody")).to.deep.equal({ kind: "running", owner: undefined });
    expect(stateOfFlag("RESETTING.somebody")).to.deep.equal({
      kind: "resetting",
      cleaner: undefined,
    });
  });

  it("knows no other flags", () => {
    const others = ["RESETTING", "COMPLETED.txt", "UNHATCHED.bak", "OPENEDX", "run.json", ""];
    expect(others.map(stateOfFlag)).to.deep.equal(others.map(() => undefined));
  });

  it("never throws", () => {
    fc.assert(
      fc.property(names, (name) => {
        stateOfFlag(name);
      }),
    );
  });
});

describe("stateOf", () => {
  it("is that of the only flag, whatever else lies there", () => {
    expect(stateOf(["config.json", PENDING_FLAG, "logger.out"])).to.deep.equal({ kind: "pending" });
    expect(stateOf([COMPLETED_FLAG])).to.deep.equal({ kind: "completed" });
    expect(stateOf([CRASHED_FLAG])).to.deep.equal({ kind: "crashed" });
    expect(stateOf([runningFlag(OWNER)])).to.deep.equal({ kind: "running", owner: OWNER });
  });

  it("is none without a flag", () => {
    expect(stateOf(["config.json"])).to.deep.equal({ kind: "none" });
  });

  it("is a conflict that names all flags, if there are several", () => {
    expect(stateOf([PENDING_FLAG, CRASHED_FLAG, "x"])).to.deep.equal({
      kind: "conflict",
      flags: [CRASHED_FLAG, PENDING_FLAG],
    });
  });

  it("says the same for every order of the names", () => {
    fc.assert(
      fc.property(fc.uniqueArray(names), (found) => {
        expect(stateOf([...found].reverse())).to.deep.equal(stateOf(found));
        expect(stateOf(found).kind === "conflict").to.equal(flagsAmong(found).length > 1);
      }),
    );
  });
});
