import { expect } from "chai";

import { whyNoCluster } from "../support/network-cluster/cluster.ts";
import { runNetworkStorm } from "./storm/network-storm.ts";
import { renderStorm } from "./storm/report.ts";

const SEED = Number(process.env["HATCHERY_STORM_SEED"] ?? Date.now() % 1_000_000);

describe("a storm on several machines with a network file system", () => {
  it(`keeps the promises of a storm on one (seed ${SEED})`, async () => {
    const reason = whyNoCluster();
    if (reason !== undefined) {
      console.warn(`      NOT TRIED: there can be no cluster here: ${reason}.`);
      expect(process.env["CI"], reason).to.not.equal("true");
      return;
    }
    const report = await runNetworkStorm({
      seed: SEED,
      seconds: 40,
      nodes: 2,
      mountOptions: "actimeo=1",
      runs: 48,
      launchers: 1,
      workers: 2,
      deletes: false,
      paceMs: 2_000,
      accidentSeconds: 8,
    });
    expect(report.violations, renderStorm(report)).to.deep.equal([]);
    // Or it was no storm.
    expect(report.figures["completed while it raged, the others after it"]).to.be.above(0);
    const [accidents] = report.rages;
    expect(accidents?.events).to.include.all.keys(
      "cut a machine off for longer than the lease",
      "kill and restart the file server",
    );
  }).timeout(600_000);
});
