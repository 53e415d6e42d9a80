import { linesToAdd } from "../../core/search-list.ts";
import type { Host } from "../../host.ts";

/** Adds the names that a list does not hold yet, one a line, whoever else prepares at the same time. */
export async function addToList(
  path: string,
  names: readonly string[],
  { files, locks }: Pick<Host, "files" | "locks">,
): Promise<void> {
  if (names.length === 0) return;
  await locks.withLock(path, () => {
    const text = files.read(path) ?? "";
    const lines = linesToAdd(text, names);
    if (lines !== "") files.append(path, lines);
  });
}
