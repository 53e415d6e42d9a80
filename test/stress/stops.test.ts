import { expect } from "chai";

import { withTempProcesses } from "../support/processes.ts";
import { stopWorkers } from "./storm/stops.ts";

describe("workers that are stopped for less than the lease", () => {
  it(
    "keep their runs, or put them back themselves",
    withTempProcesses(async (folder) => {
      const settings = { seed: Date.now(), tries: 12, holders: 6, heartbeatMs: 400 };
      const report = await stopWorkers(folder, settings);
      expect(report.takenOver, JSON.stringify(report)).to.equal(0);
      expect(report.stops).to.be.at.least(12);
    }),
  ).timeout(120_000);
});
