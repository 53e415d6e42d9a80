import { expect } from "chai";

import { isRemovable, readPlan, type ResetPlan, writePlan } from "../../src/tree/reset-plan.ts";
import { runAlone } from "../support/interleave.ts";
import { createMemoryDisk } from "../support/memory-disk.ts";

const TOKEN = "0123456789abcdef0123456700000001";
const OWNER = { host: "node", pid: 1, token: TOKEN };
const PLAN: ResetPlan = {
  flag: `OPENED.node.7.${TOKEN}`,
  records: ["run.json"],
  remove: ["logger.out", "a checkpoint.bin"],
  fenceMs: 30_000,
  voids: `node.7.${TOKEN}`,
  formers: [],
};

describe("readPlan", () => {
  it("gives back what writePlan wrote", () => {
    const disk = createMemoryDisk({ "/run/config.json": "{}" });
    runAlone(disk, writePlan("/run", OWNER, PLAN));
    expect(runAlone(disk, readPlan("/run", TOKEN))).to.deep.equal(PLAN);
  });

  it("is undefined where a plan would leave the folder, take what decides, or never end", () => {
    for (const wrong of [
      { remove: ["../precious"] },
      { remove: ["."] },
      { remove: [""] },
      { remove: [".."] },
      { remove: ["run.json"] },
      { remove: ["COMPLETED"] },
      { remove: [`.reset.${TOKEN}`] },
      { formers: ["a/b"] },
      { records: ["a\0"] },
      { flag: "config.json" },
      { fenceMs: -1 },
      { fenceMs: 1e12 },
    ]) {
      const text = JSON.stringify({ ...PLAN, ...wrong });
      expect(planOf(text), text).to.equal(undefined);
    }
    const endless = JSON.stringify(PLAN).replace('"fenceMs":30000', '"fenceMs":1e999');
    expect(planOf(endless)).to.equal(undefined);
  });
});

describe("isRemovable", () => {
  it("leaves records, flags, desks, and names that are no text", () => {
    expect(["logger.out", "weights", "é"].every(isRemovable)).to.equal(true);
    for (const name of ["run.2.json", "UNHATCHED", ".reset.a", "caf\ufffd"]) {
      expect(isRemovable(name), name).to.equal(false);
    }
  });
});

function planOf(text: string): ResetPlan | undefined {
  const disk = createMemoryDisk({ [`/run/.reset.${TOKEN}/plan.json`]: text });
  return runAlone(disk, readPlan("/run", TOKEN));
}
