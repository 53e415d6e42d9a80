import { expect } from "chai";

import { crashSignature } from "../../src/core/crash-signature.ts";

const threw = (trace: string) => crashSignature({ kind: "error", trace });
const ended = (output: string, code = 1) => crashSignature({ kind: "exit", code, output });

describe("crashSignature", () => {
  it("is the same for crashes that differ in what varies from run to run", () => {
    const pairs = [
      ["Error: loss is NaN at step 12", "Error: loss is NaN at step 3"],
      ["no file /data/run1/a.csv", "no file /data/run2/b.csv"],
      [
        "object at 0x7f001 died at 2026-01-01T00:00:00Z",
        "object at 0xabc died at 2025-12-01 10:00:01",
      ],
      ["unknown optimizer 'sdg'", "unknown optimizer 'adma'"],
      ["lr=1e-3 is too small in layer2", "lr=0.25 is too small in layer14"],
    ] as const;
    for (const [one, other] of pairs) expect(threw(one)).to.equal(threw(other));
  });

  it("looks for the line that tells the error in what was printed", () => {
    const python = (epochs: number) =>
      `${"epoch done\n".repeat(epochs)}Traceback:\n  File "a.py", line 3\nValueError: x is ${epochs}\n`;
    expect(ended(python(1))).to.equal(ended(python(9)));
    expect(ended(python(1))).to.equal("exit: exit code 1: ValueError: x is <number>");
    expect(ended("step 1\nkilled for no reason\n")).to.include("killed for no reason");
  });

  it("differs where the kind of error does", () => {
    expect(threw("TypeError: x")).not.to.equal(threw("RangeError: x"));
    expect(ended("", 1)).not.to.equal(ended("", 2));
  });

  it("takes no time over long lines of quotes", () => {
    const hostile = `${"'".repeat(50_001)}\\${"\\'".repeat(50_000)}`;
    expect(threw(hostile)).to.be.a("string");
  });
});
