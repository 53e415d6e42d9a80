import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createHost } from "../src/io/host.ts";
import { createScriptLogger } from "../src/library/launch/script-logger.ts";
import { formatTable, verdict } from "./support/figures.ts";

/**
 * What logging metrics costs the training loop: the highest rate against JSON.stringify of the same
 * lines, and the share of its time that 10,000 lines a second take; and what a kill loses of a program
 * that is busy, so that its event loop never turns.
 */
const LINES = 300_000;
const RATE = 10_000;
const lineOf = (iter: number) => ({ loss: 1 / (iter + 1), accuracy: 0.5, iter, epoch: 3 });

/** Lines that are logged at once before a program is busy; how long it is, until it is killed, ms. */
const LAST_LINES = 1_000;
const BUSY_MS = 2_000;

const [, entry = "", busyFolder] = process.argv;
if (busyFolder !== undefined) logAndBeBusy(busyFolder);

const folder = mkdtempSync(join(tmpdir(), "hatchery-logger-"));
try {
  const logger = createScriptLogger(folder, 1, {}, createHost({ quiet: true }));
  const [floor, ours] = [bestOf(stringifyAll), bestOf(logAll)];
  const lost = LAST_LINES - linesAfterKill(join(folder, "killed"));
  const share = ((ours / LINES) * RATE) / 1000;
  console.log(
    formatTable(
      ["what", "measured", "target", ""],
      [
        [
          "rate against JSON.stringify",
          ratio(floor / ours),
          "≥ 0.50 ×",
          verdict(-floor / ours, -0.5),
        ],
        ["lines a second", String(Math.round((LINES / ours) * 1000)), "100000", ""],
        [
          "share at 10,000 a second",
          `${(share * 100).toFixed(2)} %`,
          "< 2 %",
          verdict(share, 0.02),
        ],
        ["lines lost to a kill while busy", String(lost), "0", verdict(lost, 0)],
      ],
    ),
  );

  function logAll(): void {
    for (let iter = 0; iter < LINES; iter += 1) logger.logMetrics(lineOf(iter));
    logger.flush();
  }
} finally {
  rmSync(folder, { recursive: true });
}

function logAndBeBusy(where: string): never {
  const busy = createScriptLogger(where, 1, {}, createHost({ quiet: true }));
  for (let iter = 0; iter < LAST_LINES; iter += 1) busy.logMetrics(lineOf(iter));
  for (;;);
}

function linesAfterKill(where: string): number {
  const options = { timeout: BUSY_MS, killSignal: "SIGKILL" } as const;
  const { signal } = spawnSync(process.execPath, [entry, where], options);
  if (signal !== "SIGKILL") throw new Error("It was not killed.");
  return readFileSync(join(where, "metrics/train.json"), "utf8").trimEnd().split("\n").length;
}

function stringifyAll(): void {
  let length = 0;
  for (let iter = 0; iter < LINES; iter += 1) length += JSON.stringify(lineOf(iter)).length;
  if (length === 0) throw new Error("Nothing was written.");
}

/** The shortest of five, ms of the processor: whatever else the machine does only adds. */
function bestOf(act: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

function ratio(value: number): string {
  return `${value.toFixed(2)} ×`;
}
