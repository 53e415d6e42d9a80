import { basename, dirname } from "node:path";

import type { Host } from "../../host.ts";
import { benchmark } from "../benchmark.ts";

/**
 * Writes the summary of one search: the ranking of its experiments, tables and figures, as albench does
 * for several.
 * @throws UserError if nothing of it has a score
 */
export async function summarise(
  { storage, folder }: { readonly storage: string; readonly folder: string },
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  await benchmark.run(
    {
      fromFile: undefined,
      storageNames: [basename(storage)],
      rootDir: dirname(storage),
      skipMissing: false,
      benchmarkType: "compare_searches",
      performanceMetric: undefined,
      performanceAggregation: undefined,
      performanceDirection: undefined,
      nEvalRuns: 1,
      reRunIfExists: false,
      nProcesses: 1,
      topK: 10,
      outDir: folder,
    },
    host,
    signal,
    signal,
  );
}
