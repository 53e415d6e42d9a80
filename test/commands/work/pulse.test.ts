import { expect } from "chai";

import { type Loss, type Pulse, startPulse } from "../../../src/commands/work/pulse.ts";
import { runningFlag } from "../../../src/core/run-state.ts";
import type { Clock, Files, Supervisor } from "../../../src/host.ts";
import { diskFiles } from "../../support/test-host.ts";

const HEARTBEAT_MS = 1000;
const OWNER = { host: "node", pid: 7, token: "a".repeat(32) };
const CLAIM = { folder: "/run", owner: OWNER, attempt: 1 };
const FLAG = runningFlag(OWNER);

describe("startPulse", () => {
  it("beats for what is held, and tells the supervisor that it did", async () => {
    const touched: string[] = [];
    const { pulse, beatOnce, beats } = start({ touch: (path) => void touched.push(path) });
    pulse.hold(CLAIM, () => expect.fail("lost"));
    await beatOnce();
    await beatOnce();
    expect(touched).to.deep.equal([`/run/${FLAG}`, `/run/${FLAG}`]);
    expect(beats()).to.equal(2);
  });

  it("tells the supervisor that it lives, also while it holds nothing", async () => {
    const { pulse, beatOnce, beats } = start({ touch: () => expect.fail("touched") });
    await beatOnce();
    pulse.hold(CLAIM, () => expect.fail("lost"));
    pulse.letGo();
    await beatOnce();
    expect(beats()).to.equal(2);
  });

  it("is fenced when its flag has another name", async () => {
    expect(await lossOf({ touch: fail("ENOENT"), list: () => ["UNHATCHED"] })).to.deep.equal([
      "fenced",
    ]);
  });

  it("gives up when there is no space for a touch", async () => {
    for (const code of ["ENOSPC", "EDQUOT"]) {
      expect(await lossOf({ touch: fail(code) })).to.deep.equal(["disk-full"]);
    }
  });

  it("bears a disk that refuses for half a lease, and tells nobody that it has beaten", async () => {
    for (const code of ["EIO", "EACCES", "ESTALE"]) {
      const { pulse, beatOnce, beats } = start({ touch: fail(code), list: () => [FLAG] });
      const losses: Loss[] = [];
      pulse.hold(CLAIM, (why) => losses.push(why));
      for (let beat = 0; beat < 5; beat++) await beatOnce();
      expect(losses).to.deep.equal([]);
      expect(beats()).to.equal(0);
      await beatOnce();
      expect(losses).to.deep.equal(["silent"]);
    }
  });

  it("ends its run before it looks, when it was stopped for more than half a lease", async () => {
    const order: string[] = [];
    const { pulse, beatOnce } = start({ touch: () => void order.push("touch") });
    pulse.hold(CLAIM, (why) => order.push(why));
    await beatOnce(6 * HEARTBEAT_MS);
    expect(order).to.deep.equal(["silent", "touch"]);
  });

  it("bears a stop of less than half a lease", async () => {
    const { pulse, beatOnce } = start({ touch: () => undefined });
    pulse.hold(CLAIM, () => expect.fail("lost"));
    await beatOnce(4.9 * HEARTBEAT_MS);
  });

  it("beats no more once it is stopped", async () => {
    const { pulse, beatOnce, beats } = start({});
    pulse.stop();
    await beatOnce();
    expect(beats()).to.equal(0);
  });
});

async function lossOf(files: Partial<Files>): Promise<readonly Loss[]> {
  const { pulse, beatOnce } = start(files);
  const losses: Loss[] = [];
  pulse.hold(CLAIM, (why) => losses.push(why));
  await beatOnce();
  pulse.stop();
  return losses;
}

function start(files: Partial<Files>): {
  readonly pulse: Pulse;
  readonly beatOnce: (afterMs?: number) => Promise<void>;
  readonly beats: () => number;
} {
  let nowMs = 0;
  let beats = 0;
  let wake: () => void = () => undefined;
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        wake = resolve;
        signal?.addEventListener("abort", () => {
          resolve();
        });
      }),
  };
  const supervisor: Supervisor = {
    start: () => expect.fail("started"),
    beat: () => (beats += 1),
    close: () => Promise.resolve(),
  };
  const host = { clock, files: { ...diskFiles, ...files } };
  const pulse = startPulse(HEARTBEAT_MS, supervisor, host);
  const beatOnce = async (afterMs = HEARTBEAT_MS) => {
    nowMs += afterMs;
    wake();
    await new Promise(setImmediate);
  };
  return { pulse, beatOnce, beats: () => beats };
}

function fail(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}
