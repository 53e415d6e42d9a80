import { expect } from "chai";

import { startTime } from "../../../src/commands/launch/wall-time.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const STOPPING = { stopSignal: "SIGTERM", lead: 60, grace: 10 } as const;

describe("startTime", () => {
  it("leaves programs the time to stop before the end", async () => {
    const clock = createVirtualClock();
    const start = clock.now();
    const host = { clock };
    const time = startTime({ ...STOPPING, stopSignal: "SIGUSR1", wallTime: 3600 }, undefined, host);
    expect(time.endsAtMs).to.equal(start + (3600 - 75) * 1000);
    expect(time.isOver.aborted).to.equal(false);
    await clock.runWhile(clock.sleep(3526_000));
    expect(time.isOver.reason).to.equal("the end of its time");
  });

  it("takes the end of its batch job, if that is earlier", () => {
    const clock = createVirtualClock();
    const endMs = clock.now() + 600_000;
    const both = startTime({ ...STOPPING, wallTime: 3600 }, endMs, { clock });
    expect(both.endsAtMs).to.equal(endMs - 15_000);
    const alone = startTime({ ...STOPPING, wallTime: undefined }, endMs, { clock });
    expect(alone.endsAtMs).to.equal(endMs - 15_000);
    both.stop();
    alone.stop();
  });

  it("has no end without any", () => {
    const host = { clock: createVirtualClock() };
    expect(startTime({ ...STOPPING, wallTime: undefined }, undefined, host).endsAtMs).to.equal(
      null,
    );
  });

  it("refuses a time that is too short for anything", () => {
    const host = { clock: createVirtualClock() };
    expect(() => startTime({ ...STOPPING, wallTime: 12 }, undefined, host)).to.throw(
      "--wall_time: 12 s leave no time",
    );
  });
});
