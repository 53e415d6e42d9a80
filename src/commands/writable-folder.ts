import { join } from "node:path";

import { errnoOf } from "../errors.ts";
import type { Host } from "../host.ts";

const PROBE = ".probe";

/** Makes a folder for results: as wanted, or another one, if there is one, which the person is told, where that cannot be written. */
export function makeWritableFolder(
  wanted: string,
  instead: string | undefined,
  { files, terminal }: Pick<Host, "files" | "terminal">,
): string {
  try {
    files.makeFolders(wanted);
    // It may be there since its parent could still be written.
    files.replace(join(wanted, PROBE), "");
    files.remove(join(wanted, PROBE));
    return wanted;
  } catch (error) {
    const isRefused = ["EROFS", "EACCES", "EPERM"].includes(errnoOf(error) ?? "");
    if (instead === undefined || !isRefused) throw error;
  }
  files.makeFolders(instead);
  terminal.note(`${wanted} cannot be written; results go to ${instead}.`);
  return instead;
}
