import { basename, dirname } from "node:path";

import { suggestion } from "../core/config/problems.ts";
import { errnoOf, UserError } from "../errors.ts";
import type { Host } from "../host.ts";

const MAX_NAMED = 5;

/**
 * Refuses a folder where a file is meant, and names the files in it that may be meant.
 * @param what - that is expected, for the message
 * @throws UserError `unreadable`
 */
export function refuseFolder(path: string, what: string, { files }: Pick<Host, "files">): void {
  const names = namesIn(path, { files });
  if (names === undefined) return;
  const near = names.filter((name) => /^(list|grid|random)_.*\.[a-z]+$/.test(name)).sort();
  const more = near.length > MAX_NAMED ? ", …" : "";
  throw new UserError(
    "unreadable",
    `${path} is a folder, expected the file of ${what}.`,
    near.length === 0
      ? "Name a file."
      : `Name a file; in the folder are ${near.slice(0, MAX_NAMED).join(", ")}${more}.`,
  );
}

/** ` Did you mean "grid_schedule_a.yaml"?`, if a file beside the missing one is nearly called so. */
export function nearbyFile(path: string, { files }: Pick<Host, "files">): string {
  const others = namesIn(dirname(path), { files }) ?? [];
  return suggestion(basename(path), others);
}

/** Undefined for what is no folder, or is closed: whoever reads it then says so. */
function namesIn(path: string, { files }: Pick<Host, "files">): readonly string[] | undefined {
  try {
    return files.list(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
