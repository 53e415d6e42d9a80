import { parseArgs } from "node:util";

import { whyNoCluster } from "../support/network-cluster/cluster.ts";
import { runNetworkStorm } from "./storm/network-storm.ts";
import { renderStorm } from "./storm/report.ts";

/** `npm run storm:network`: storms on several machines, one for each kind of mount, with their reports. */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string", default: "5" },
    runs: { type: "string", default: "400" },
    nodes: { type: "string", default: "3" },
    launchers: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    deletes: { type: "boolean", default: true },
    mount: { type: "string", multiple: true, default: ["", "actimeo=1"] },
    pace: { type: "string", default: "2.5" },
    accidents: { type: "string", default: "15" },
  },
  allowNegative: true,
});
const reason = whyNoCluster();
if (reason !== undefined) {
  console.error(`There can be no cluster here: ${reason}.`);
  process.exit(2);
}
for (const mountOptions of values.mount) {
  console.log(`\nA storm with seed ${values.seed}, mounted with ${mountOptions || "the defaults"}`);
  const report = await runNetworkStorm({
    seed: Number(values.seed),
    seconds: 60 * Number(values.minutes),
    nodes: Number(values.nodes),
    mountOptions,
    runs: Number(values.runs),
    launchers: Number(values.launchers),
    workers: Number(values.workers),
    deletes: values.deletes,
    paceMs: 1000 * Number(values.pace),
    accidentSeconds: Number(values.accidents),
  });
  console.log(renderStorm(report));
  if (report.violations.length > 0) process.exitCode = 1;
}
