import { createHash } from "node:crypto";
import { join } from "node:path";

import { formatIndex, parseIndex } from "../../core/query/index-format.ts";
import type { RunTable } from "../../core/query/run-table.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";

/** What is in a folder with this name can be deleted at any time. */
export const INDEX_FILE = ".hatchery-index";
/** File systems keep times in steps; what was changed within so many ms before it was read may change again in the same step. */
const STEP_MS = 2_500;
/** How far the clock of a file server that may not be written to can be from ours, ms. */
const SKEW_MS = 10 * 60_000;

export type IndexPlace = {
  /** Absolute. */
  readonly path: string;
  /** Files that were changed before this time, ms by the file server's clock, cannot have changed since without a trace. */
  readonly trustedMs: () => number;
};

/** Where the index of a folder lies: in it, or in the user's cache where it must not be written. */
export function indexPlace(
  root: string,
  { files, clock, token, environment }: Pick<Host, "files" | "clock" | "token" | "environment">,
): IndexPlace {
  if (files.isWritable(root)) {
    const probe = () => {
      const path = join(root, `${INDEX_FILE}.${token(8)}.tmp`);
      try {
        files.write(path, "");
        return (files.stamp(path)?.changedMs ?? Number.NEGATIVE_INFINITY) - STEP_MS;
      } catch (error) {
        if (errnoOf(error) === undefined) throw error;
        return Number.NEGATIVE_INFINITY;
      } finally {
        files.remove(path);
      }
    };
    return { path: join(root, INDEX_FILE), trustedMs: probe };
  }
  const { XDG_CACHE_HOME: cache, HOME: home = "/tmp" } = environment;
  const name = createHash("sha256").update(root).digest("hex").slice(0, 32);
  return {
    path: join(cache ?? join(home, ".cache"), "hatchery", `${name}.index`),
    trustedMs: () => clock.now() - SKEW_MS,
  };
}

/** What an index says, undefined if there is none that can be read: then it is made anew. */
export function loadIndex(
  { path }: IndexPlace,
  { files }: Pick<Host, "files">,
): RunTable | undefined {
  try {
    const chunks = [...files.readChunks(path)];
    return chunks.length === 0 ? undefined : parseIndex(Buffer.concat(chunks));
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof UserError)) throw error;
    return undefined;
  }
}

/** Replaces an index: of several who do, one wins, and each was right. Without room there is none. */
export function saveIndex(
  { path }: IndexPlace,
  table: RunTable,
  { files }: Pick<Host, "files">,
): void {
  try {
    files.makeFolders(join(path, ".."));
    files.replace(path, formatIndex(table));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
