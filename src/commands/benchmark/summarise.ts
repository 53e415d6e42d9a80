import { basename, dirname } from "node:path";

import type { Host } from "../../host.ts";
import { benchmark } from "../benchmark.ts";
import { USUAL_VISUALS } from "../visuals-files.ts";
import { USUAL_COMPARISON } from "./options.ts";

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
      ...USUAL_COMPARISON,
      ...USUAL_VISUALS,
      isUnattended: true,
      fromFile: undefined,
      storageNames: [basename(storage)],
      rootDir: dirname(storage),
      skipMissing: false,
      outDir: folder,
    },
    host,
    signal,
    signal,
  );
}
