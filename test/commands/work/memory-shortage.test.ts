import { expect } from "chai";

import { watchMemory } from "../../../src/commands/work/memory-shortage.ts";

const KILLED = { code: null, signal: "SIGKILL", error: null };
const FAILED = { code: 1, signal: null, error: null };
const counting = (...counts: readonly number[]) => {
  let looks = 0;
  return { memoryKills: () => ({ counter: "/sys/memory.events", count: counts[looks++] ?? 0 }) };
};

describe("watchMemory", () => {
  it("believes the kernel, when it has ended a process meanwhile", () => {
    expect(watchMemory(counting(3, 4))(KILLED, "")).to.equal(
      "the kernel ended it, oom_kill in /sys/memory.events went from 3 to 4",
    );
    expect(watchMemory(counting(3, 4))({ ...FAILED, code: 137 }, "")).to.include("from 3 to 4");
  });

  it("does not believe it for a process that ended in another way, nor without a count", () => {
    expect(watchMemory(counting(3, 3))(KILLED, "")).to.equal(undefined);
    expect(watchMemory(counting(3, 4))(FAILED, "")).to.equal(undefined);
    expect(watchMemory({ memoryKills: () => undefined })(KILLED, "")).to.equal(undefined);
  });

  it("believes a program's own last words", () => {
    const words = [
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      "MemoryError",
      "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 8.00 EiB",
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB",
      "terminate called after throwing an instance of 'std::bad_alloc'",
    ];
    for (const line of words) {
      const found = watchMemory(counting(0, 0))(FAILED, `epoch 1\n${line}\n`);
      expect(found, line).to.equal(`it said ${JSON.stringify(line)}`);
    }
  });

  it("does not believe what it said long before its end, nor one that ended well", () => {
    const output = `MemoryError, halving the batch\n${"step\n".repeat(20)}ValueError: NaN\n`;
    expect(watchMemory(counting(0, 0))(FAILED, output)).to.equal(undefined);
    const well = { code: 0, signal: null, error: null };
    expect(watchMemory(counting(0, 1))(well, "MemoryError")).to.equal(undefined);
  });
});
