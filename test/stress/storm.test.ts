import { expect } from "chai";

import { withTempProcesses } from "../support/processes.ts";
import { runLocalStorm } from "./storm/local-storm.ts";
import { renderStorm } from "./storm/report.ts";

/** `HATCHERY_STORM_SEED=<seed>` repeats the order of events, though not their instants. */
const SEED = Number(process.env["HATCHERY_STORM_SEED"] ?? Date.now() % 1_000_000);

describe("a storm of kills, stops, cleaners and full disks", () => {
  it(
    `loses no run, executes none twice at the same time, and leaves no late mark (seed ${SEED})`,
    withTempProcesses(async (folder) => {
      const report = await runLocalStorm(folder, {
        seed: SEED,
        seconds: 12,
        kills: Number.POSITIVE_INFINITY,
        runs: 120,
        stepSeconds: 0.02,
        launchers: 2,
        workers: 2,
        deletes: false,
      });
      for (const what of report.skipped) console.warn(`      NOT TRIED: ${what}.`);
      expect(report.violations, renderStorm(report)).to.deep.equal([]);
      // Some were killed on the way, or it was no storm.
      expect(report.figures["executions witnessed"], renderStorm(report)).to.be.above(120);
    }),
  ).timeout(120_000);
});
