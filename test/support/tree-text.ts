import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Everything below a folder as one comparable value: paths to texts, folders to null. */
export function treeText(folder: string): Readonly<Record<string, string | null>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const text = entry.isFile() ? readFileSync(path, "utf8") : null;
      return [relative(folder, path), text] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}
