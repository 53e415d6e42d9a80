import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own folder, absolute; the commands are bundled, so no file's place tells where it is. */
const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A file of this package. @param path - relative to its root */
export const packageFile = (path: string) => join(ROOT, path);

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("This package has lost its package.json.");
  return findRoot(parent);
}
