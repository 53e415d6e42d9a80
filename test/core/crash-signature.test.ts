import { expect } from "chai";
import fc from "fast-check";

import { crashSignature, normalise } from "../../src/core/crash-signature.ts";

const PYTHON = (path: string, step: number) => `The program ended with exit code 1.
The end of its output:
epoch ${step} loss 0.${step}
Traceback (most recent call last):
  File "${path}/train.py", line 10, in <module>
    step(lr*2)
  File "${path}/train.py", line 7, in step
    raise ValueError("x")
ValueError: loss diverged at step ${step}: 'value ${step}'
`;
const NODE = `Error: bad shape [3, 4]
    at train (file:///home/a/main.js:3:9)
    at node:internal/process:1:1`;

describe("crashSignature", function () {
  this.timeout(10_000);

  it("finds the exception of a Python traceback, whatever was printed before it", () => {
    const one = crashSignature(PYTHON("/home/a", 12));
    expect(one.title).to.equal("ValueError: loss diverged at step 12: 'value 12'");
    expect(one.trace.join("\n")).to.include("line 7, in step").and.not.include("epoch");
    expect(crashSignature(PYTHON("/scratch/experiment7/seed2", 999)).key).to.equal(one.key);
  });

  it("tells apart what fails in another way, or elsewhere", () => {
    const one = PYTHON("/home/a", 12);
    const others = [
      one.replaceAll("ValueError", "KeyError"),
      one.replace("in step", "in load"),
      one.replaceAll("train.py", "other.py"),
      NODE,
    ];
    const keys = [one, ...others].map((text) => crashSignature(text).key);
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it("finds the message above a JavaScript stack", () => {
    const { title, trace } = crashSignature(NODE);
    expect(title).to.equal("Error: bad shape [3, 4]");
    expect(trace[1]).to.include("main.js:3:9");
  });

  it("takes the last line that speaks of a failure where there is no trace", () => {
    const cause =
      "The program ended with exit code 3.\nThe end of its output:\nstart\nfatal: no GPU 3\nbye\n";
    expect(crashSignature(cause).title).to.equal("fatal: no GPU 3");
    expect(crashSignature("The program was ended by SIGKILL.\nIt printed nothing.").title).to.equal(
      "It printed nothing.",
    );
    expect(crashSignature("The program could not be started: spawn x ENOENT").title).to.include(
      "spawn",
    );
  });

  it("goes on where a line only announces what is wrong", () => {
    const cause =
      "The program ended with exit code 1.\nThe end of its output:\nerror:\n  no GPU\nbye";
    expect(crashSignature(cause).title).to.equal("error: no GPU");
  });

  it("tells exit codes and signals apart", () => {
    const ended = (how: string) =>
      crashSignature(`The program ${how}.\nThe end of its output:\nbye`).key;
    expect(ended("ended with exit code 1")).not.to.equal(ended("ended with exit code 12"));
    expect(ended("ended with exit code 1")).not.to.equal(ended("was ended by SIGKILL"));
  });

  it("takes any text, and says one line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 500 }), (text) => {
        expect(crashSignature(text).title).not.to.include("\n");
      }),
    );
  });

  it("is not slowed down by hostile output", () => {
    for (const some of [
      "'",
      '"',
      "/",
      "a/",
      "-",
      "0",
      "1e",
      "    at x\n",
      "0a",
      "Error",
      " ",
      "(",
      ":1",
    ]) {
      crashSignature(some.repeat(200_000));
    }
  });
});

describe("normalise", () => {
  it("leaves out numbers, addresses, folders, times, ids and quoted values", () => {
    for (const [one, other] of [
      ["epoch 3 loss -1.5e-7", "epoch 40 loss 12"],
      ["at 0x7ffd01", "at 0xdeadbeef"],
      ["open /a/b/data.csv failed", "open /x/data.csv failed"],
      ["C:\\a\\b.txt", "D:\\c\\d\\b.txt"],
      ["at 2026-01-02T03:04:05.678Z!", "at 2025-11-12 13:14!"],
      ["run 550e8400-e29b-41d4-a716-446655440000", "run deadbeef00"],
      ["KeyError: 'a'", "KeyError: 'other key'"],
      ["seed=1", "seed=22"],
    ] as const) {
      expect(normalise(one)).to.equal(normalise(other));
    }
  });

  it("keeps words, and apostrophes within them", () => {
    expect(normalise("can't open it, don't know why")).to.equal("can't open it, don't know why");
  });

  it("does not depend on the numbers", () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ noNaN: true }), (a, b) => {
        expect(normalise(`loss ${a} at ${b} end`)).to.equal("loss <n> at <n> end");
      }),
    );
  });
});
