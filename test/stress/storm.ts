import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { endLocalStorm, runLocalStorm } from "./storm/local-storm.ts";
import { renderStorm } from "./storm/report.ts";

/** `npm run storm -- --kills 1000`: a long storm on this machine, with its report. */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    kills: { type: "string", default: "1000" },
    minutes: { type: "string", default: "60" },
    runs: { type: "string", default: "2500" },
    step: { type: "string", default: "0.1" },
    launchers: { type: "string", default: "3" },
    workers: { type: "string", default: "2" },
    deletes: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const folder = mkdtempSync(join(tmpdir(), "it's a storm-"));
console.log(`A storm with seed ${values.seed} in ${folder}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endLocalStorm(folder);
    process.exit(1);
  });
}
const report = await runLocalStorm(folder, {
  seed: Number(values.seed),
  seconds: 60 * Number(values.minutes),
  kills: Number(values.kills),
  runs: Number(values.runs),
  stepSeconds: Number(values.step),
  launchers: Number(values.launchers),
  workers: Number(values.workers),
  deletes: values.deletes,
  onKill: (kills) => {
    if (kills % 100 === 0) console.log(`${kills} kills`);
  },
});
console.log(renderStorm(report));
// What was broken can be looked at.
if (report.violations.length === 0) rmSync(folder, { recursive: true });
else process.exitCode = 1;
