import { flagsAmong } from "../../core/run-state.ts";
import type { Files } from "../../host.ts";
import { lastAttempt, recordFile } from "../../tree/attempts.ts";
import { parseExperiment, parseSeed } from "../../tree/paths.ts";

type Remembered = {
  readonly modifiedMs: number;
  readonly names: readonly string[];
  readonly isSteady: boolean;
};

/**
 * Lists folders again and again, and those that have not changed only once: it then looks at their
 * modification time alone. It keeps of the names what a count needs: experiments, seeds, flags and
 * the last record.
 *
 * A change within the same tick of the server's clock leaves the time as it is. So a listing is
 * believed only when a second one, at least a second later, has seen the same time: by then the tick
 * was over.
 */
export function createFolderMemory(files: Pick<Files, "list" | "glanceModifiedMs">): {
  readonly list: Files["list"];
} {
  const folders = new Map<string, Remembered>();
  const shared = new Map<string, readonly string[]>();
  return {
    list: (folder) => {
      const known = folders.get(folder);
      const modifiedMs = files.glanceModifiedMs(folder);
      if (known?.isSteady === true && known.modifiedMs === modifiedMs) return known.names;
      const names = files.list(folder);
      if (names === undefined || modifiedMs === undefined) {
        folders.delete(folder);
        return names;
      }
      const kept = share(essential(names), shared);
      folders.set(folder, { modifiedMs, names: kept, isSteady: known?.modifiedMs === modifiedMs });
      return kept;
    },
  };
}

function essential(names: readonly string[]): readonly string[] {
  const folders = names.filter(
    (name) => parseExperiment(name) !== undefined || parseSeed(name) !== undefined,
  );
  const last = lastAttempt(names);
  return [...folders, ...flagsAmong(names), ...(last === 0 ? [] : [recordFile(last)])];
}

/** Most run folders look alike: each look is remembered once. */
function share(
  names: readonly string[],
  shared: Map<string, readonly string[]>,
): readonly string[] {
  if (names.length > 2) return names;
  const key = names.join("/");
  const known = shared.get(key);
  if (known !== undefined) return known;
  // Those of running ones never come again.
  if (shared.size < 10_000) shared.set(key, names);
  return names;
}
