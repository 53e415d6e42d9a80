import type { WorkReport } from "../../src/commands/work/orders.ts";
import { systemProcesses } from "../../src/io/processes.ts";
import { workSettings } from "./search.ts";

/** What real worker processes did to a storage. */
export type Work = {
  /** When each run was reported as completed, ms, in that order. */
  readonly completedAt: readonly number[];
  /** Whatever else was reported, for people. */
  readonly troubles: readonly string[];
};

/** Starts workers on a storage, each with its supervisor and its runner, as allaunch does. */
export async function workFor(storage: string, count: number): Promise<Work> {
  const completedAt: number[] = [];
  const troubles: string[] = [];
  const workers = Array.from({ length: count }, () => {
    const worker = systemProcesses.startWorker(workSettings(storage));
    worker.onMessage((message) => {
      const report = message as WorkReport;
      if (report.kind === "progress") return;
      if (report.kind === "ended" && report.end === "completed") {
        completedAt.push(performance.now());
      } else troubles.push(JSON.stringify(report));
    });
    return worker.ended;
  });
  for (const { code, signal, error } of await Promise.all(workers)) {
    if (code !== 0)
      troubles.push(`a worker ended: ${error ?? signal ?? `exit code ${code ?? ""}`}`);
  }
  return { completedAt, troubles };
}

/** The same for one worker that has to complete every one of `runs` runs. @throws Error if not */
export async function workAlone(storage: string, runs: number): Promise<readonly number[]> {
  const { completedAt, troubles } = await workFor(storage, 1);
  if (completedAt.length === runs && troubles.length === 0) return completedAt;
  throw new Error(
    `Expected ${runs} completed runs, got ${completedAt.length}: ${troubles.join(" ")}`,
  );
}
