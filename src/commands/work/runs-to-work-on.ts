import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import type { RunPath } from "../../tree/paths.ts";
import type { StorageToWorkOn } from "./orders.ts";

/** The runs of a storage, in the order of work, as far as they were asked for. @throws UserError `not-found` */
export function runsToWorkOn(
  { path, only }: Pick<StorageToWorkOn, "path" | "only">,
  host: Pick<Host, "files">,
): readonly RunPath[] {
  const runs = listRuns(path, host);
  if (only === undefined) return runs;
  const wanted = new Set(only);
  return runs.filter(({ experiment }) => wanted.has(experiment));
}
