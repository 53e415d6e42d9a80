import type { Host } from "../../host.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import { runName, type RunPath } from "../../tree/paths.ts";
import type { StorageToWorkOn } from "./orders.ts";

/** The runs of a storage, in the order of work, as far as they were asked for. @throws UserError `not-found` */
export function runsToWorkOn(
  { path, only, runs: names }: Pick<StorageToWorkOn, "path" | "only" | "runs">,
  host: Pick<Host, "files">,
): readonly RunPath[] {
  const runs = listRuns(path, host);
  if (only === undefined && names === undefined) return runs;
  const wanted = only && new Set(only);
  const named = names && new Set(names);
  return runs.filter(
    (run) => (wanted?.has(run.experiment) ?? true) && (named?.has(runName(run)) ?? true),
  );
}
