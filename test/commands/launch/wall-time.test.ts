import { expect } from "chai";

import { startTime } from "../../../src/commands/launch/wall-time.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const STOPPING = { stopSignal: "SIGTERM", lead: 60, grace: 10 } as const;

describe("startTime", () => {
  it("leaves programs the time to stop before the end", async () => {
    const clock = createVirtualClock();
    const start = clock.now();
    const host = { clock, environment: {} };
    const time = startTime({ ...STOPPING, stopSignal: "SIGUSR1", wallTime: 3600 }, host);
    expect(time.endsAtMs).to.equal(start + (3600 - 75) * 1000);
    expect(time.isOver.aborted).to.equal(false);
    await clock.runWhile(clock.sleep(3526_000));
    expect(time.isOver.reason).to.equal("the end of its time");
  });

  it("takes the end of its SLURM job, if that is earlier", () => {
    const virtual = createVirtualClock();
    const clock = { ...virtual, now: () => 1_800_000_000_000 + virtual.now() };
    const end = Math.floor(clock.now() / 1000) + 600;
    const environment = { SLURM_JOB_END_TIME: String(end) };
    const both = startTime({ ...STOPPING, wallTime: 3600 }, { clock, environment });
    expect(both.endsAtMs).to.equal((end - 15) * 1000);
    const alone = startTime({ ...STOPPING, wallTime: undefined }, { clock, environment });
    expect(alone.endsAtMs).to.equal((end - 15) * 1000);
    both.stop();
    alone.stop();
  });

  it("has no end without any, nor by a variable that is no time", () => {
    const environment = { SLURM_JOB_END_TIME: "soon" };
    const host = { clock: createVirtualClock(), environment };
    expect(startTime({ ...STOPPING, wallTime: undefined }, host).endsAtMs).to.equal(null);
  });

  it("refuses a time that is too short for anything", () => {
    const host = { clock: createVirtualClock(), environment: {} };
    expect(() => startTime({ ...STOPPING, wallTime: 12 }, host)).to.throw(
      "--wall_time: 12 s leave no time",
    );
  });
});
