import { expect } from "chai";

import type { Config } from "../../../../src/core/config/config.ts";
import { computeDerived, type Derived } from "../../../../src/core/config/late/derived.ts";
import { formatProblems } from "../../../../src/core/config/problems.ts";

const config: Config = { N: 50, optimizer: { lr: 0.1 }, sizes: [1, { a: 2 }] };
const report = (derived: Derived) =>
  formatProblems("schedule.ts", computeDerived(config, derived).problems);

describe("computeDerived", () => {
  it("computes in whichever order the functions read each other", () => {
    const { config: computed, problems } = computeDerived(config, {
      dataFile: (c) => `data-N${Number(c["M"])}.h5`,
      M: (c) => Number(c["N"]) * 2,
      "optimizer.final": (c) => (c["optimizer"] as { lr: number }).lr / 10,
      "schedule.all": (c) => Object.keys(c),
    });
    expect(problems).to.deep.equal([]);
    expect(computed).to.deep.equal({
      N: 50,
      optimizer: { lr: 0.1, final: 0.01 },
      sizes: [1, { a: 2 }],
      dataFile: "data-N100.h5",
      M: 100,
      schedule: { all: ["N", "optimizer", "sizes", "dataFile", "M", "schedule"] },
    });
  });

  it("names what is wrong with a function, all at once", () => {
    const read = (name: string) => (c: Config) => c[name] ?? null;
    expect(
      report({
        a: read("b"),
        b: read("a"),
        typo: read("n"),
        change: (c) => {
          (c as Record<string, number>)["N"] = 1;
          return 1;
        },
        inside: (c) => (c["sizes"] as number[]).push(3),
        nan: () => Number.NaN,
        fails: () => {
          throw new Error("no such file");
        },
        "N.x": () => 1,
      }),
    ).to.equal(
      [
        "schedule.ts has 7 problems:",
        "  - a: needs itself: a needs b needs a.",
        "      Compute one of them without the other.",
        '  - typo: its function reads "n", which does not exist.',
        '      Did you mean "N"?',
        "  - change: its function failed: N cannot be changed here.",
        "  - inside: its function failed: Cannot add property 2, object is not extensible",
        "  - nan: expected a finite number, got NaN.",
        "  - fails: its function failed: no such file",
        "  - N.x: leads through N, which has no keys.",
      ].join("\n"),
    );
    expect(config["N"]).to.equal(50);
  });

  it("lets a function ask whether a key is there, and use the whole as JSON", () => {
    const { config: computed, problems } = computeDerived(config, {
      asked: (c) => ("M" in c ? 1 : 2),
      text: (c) => JSON.stringify(c["optimizer"]),
      copy: (c) => ({ ...(c["optimizer"] as Config) }),
    });
    expect(problems).to.deep.equal([]);
    expect(computed).to.deep.include({ asked: 2, text: '{"lr":0.1}', copy: { lr: 0.1 } });
  });
});
