import type { WorkReport } from "../work/orders.ts";
import type { CrashedRun } from "./report.ts";

export type LaunchCount = ReturnType<typeof createCount>;

/** What the workers have reported so far. */
export function createCount() {
  const ends = { completed: 0, released: 0, lost: 0, reset: 0 };
  const crashed: CrashedRun[] = [];
  return {
    add: (report: WorkReport) => {
      if (report.kind === "ended") ends[report.end] += 1;
      if (report.kind === "crashed") crashed.push(report);
    },
    settled: () => ends.completed + crashed.length,
    counts: () => ({
      completed: ends.completed,
      released: ends.released,
      lost: ends.lost,
      takenOver: ends.reset,
      crashed: crashed.map(({ run, folder, reason }) => ({ run, folder, reason })),
    }),
  };
}
