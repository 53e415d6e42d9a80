import { basename, dirname, extname, resolve } from "node:path";

import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { Host } from "../../host.ts";

/** Where the list of storages that are made of others is to lie, and what it is called after. */
export type Beside = {
  /** Absolute: the list of the others; without one, or if that came through a pipe, their schedule. */
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  /** `digits` for `list_searches_digits.txt` and `random_schedule_digits.ts`. */
  readonly name: string;
};

/** @param fromFile - the list that names the others, if one does */
export function besideList(
  { storage, facts }: { readonly storage: string; readonly facts: SearchFacts },
  fromFile: string | undefined,
  { files, workingFolder }: Pick<Host, "files" | "workingFolder">,
): Beside {
  const list = fromFile === undefined ? undefined : resolve(workingFolder, fromFile);
  const isFile = list !== undefined && files.list(dirname(list))?.includes(basename(list)) === true;
  const schedule = resolve(storage, facts.project, facts.schedule);
  const file = isFile && !list.startsWith("/dev/") ? list : schedule;
  const name = basename(file, extname(file))
    .replace(/^list_(searches|retrains)_/, "")
    .replace(/^(grid|random)_schedule_/, "");
  return { file, folder: dirname(file), name };
}
