// The most memory that a launcher has on a search of 100,000 runs, while its workers execute some.
//
//     node dist/bench/launcher-memory.js [--runs 100000] [--seconds 60] [--workers 2] [--folder storage]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { formatTable, verdict } from "./support/figures.ts";
import { describeMachine } from "./support/machine.ts";
import { SEARCHES, withFolder, writeSearch } from "./support/search.ts";

const SEEDS = 5;
const AT_MOST_MB = 150;
const allaunch = fileURLToPath(new URL("../bin/allaunch.js", import.meta.url));

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    seconds: { type: "string", default: "60" },
    workers: { type: "string", default: "2" },
    folder: { type: "string", default: SEARCHES },
  },
});
console.log(`${describeMachine(values.folder)}\n`);
await withFolder(values.folder, launchFor);

async function launchFor(project: string): Promise<void> {
  const storage = writeSearch(project, { runs: Number(values.runs), seeds: SEEDS });
  const args = [allaunch, "-s", basename(storage), "--root_dir", dirname(storage)];
  const launcher = spawn(process.execPath, [...args, "-p", values.workers, "--json"], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  launcher.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = once(launcher, "close");
  await Promise.race([setTimeout(1000 * Number(values.seconds)), ended]);
  const peak = peakMegabytes(launcher.pid ?? 0);
  launcher.kill("SIGTERM");
  await ended;
  const { completed } = JSON.parse(printed) as { completed: number };
  const rows = [
    ["runs executed", String(completed), ""],
    ["most memory, MB", peak.toFixed(0), `${AT_MOST_MB}`, verdict(peak, AT_MOST_MB)],
  ];
  console.log(formatTable(["", "measured", "at most", ""], rows));
}

/** Resident, at most so far. NaN for a process that is gone. */
function peakMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
