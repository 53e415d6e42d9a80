import { basename, relative } from "node:path";

import type { SearchFacts } from "../core/search/search-facts.ts";

/** What results were made from, as files beside them say. @param folder - of the results, absolute */
export function storageSource(folder: string, storage: string, { repositories }: SearchFacts) {
  return {
    name: basename(storage),
    /** Relative to the folder of the results. */
    path: relative(folder, storage),
    repositories,
  };
}
