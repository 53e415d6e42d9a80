import { dirname, join } from "node:path";

import type { Host } from "../../host.ts";
import type { PrepareRequest } from "./request.ts";

/** `list_searches_<name>.txt` beside the schedule. */
export function listPath({
  scheduleFile,
  scheduleName,
}: Pick<PrepareRequest, "scheduleFile" | "scheduleName">): string {
  return join(dirname(scheduleFile), `list_searches_${scheduleName}.txt`);
}

/** Adds the names that a list does not hold yet, one a line, whoever else prepares at the same time. */
export async function addToList(
  path: string,
  names: readonly string[],
  { files, locks }: Pick<Host, "files" | "locks">,
): Promise<void> {
  if (names.length === 0) return;
  await locks.withLock(path, () => {
    const text = files.read(path) ?? "";
    const listed = text.split(/\r?\n/).map((line) => line.replace(/#.*$/, "").trim());
    const lines = names.filter((name) => !listed.includes(name)).map((name) => `${name}\n`);
    if (lines.length === 0) return;
    // A list that a person has edited may lack its last newline.
    const start = text === "" || text.endsWith("\n") ? "" : "\n";
    files.append(path, start + lines.join(""));
  });
}
