import { join } from "node:path";

import type { SearchFacts } from "../core/search/search-facts.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { listStorages } from "./directory-tree.ts";
import { readSearchFacts } from "./search-file.ts";

/** A storage of a root, and what its `search.json` says. */
export type KnownSearch = {
  readonly name: string;
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
};

/** The storages below a root; what cannot be read is somebody else's matter, and left out. */
export function listKnownSearches(root: string, host: Pick<Host, "files">): readonly KnownSearch[] {
  return listStorages(root, host).flatMap((name) => {
    const storage = join(root, name);
    try {
      return [{ name, storage, facts: readSearchFacts(storage, host) }];
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
}
