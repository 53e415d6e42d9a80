import { parseArgs } from "node:util";

import { withTempProcesses } from "../support/processes.ts";
import { stopWorkers } from "./storm/stops.ts";

/** `npm run storm:stops`: a thousand stops, none of which may cost anybody a run. */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    tries: { type: "string", default: "1000" },
    holders: { type: "string", default: "40" },
    heartbeat: { type: "string", default: "1" },
  },
});
const settings = {
  seed: Number(values.seed),
  tries: Number(values.tries),
  holders: Number(values.holders),
  heartbeatMs: 1000 * Number(values.heartbeat),
};
await withTempProcesses(async (folder) => {
  const { stops, cleaners, takenOver, released } = await stopWorkers(folder, settings);
  console.log(
    [
      `seed ${settings.seed}, a lease of ${10 * Number(values.heartbeat)} s`,
      `${stops} stops of workers that held a run, each for 0.1 to 0.95 leases`,
      `${cleaners} cleaners, and idle workers that looked all the time`,
      `${takenOver} taken over`,
      `${released} put back by their own workers, after half a lease`,
    ].join("\n"),
  );
  if (takenOver > 0) process.exitCode = 1;
})();
