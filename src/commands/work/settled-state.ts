import { hash } from "node:crypto";

import { stateOf } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { lastAttempt } from "../../tree/attempts.ts";
import { listRuns } from "../../tree/directory-tree.ts";
import type { RunPath } from "../../tree/paths.ts";

/**
 * What the runs of a search have come to, as a digest that changes when a run is added, or executed
 * again; undefined as long as one is neither completed nor crashed, or if there is none.
 */
export function settledState(storage: string, host: Pick<Host, "files">): string | undefined {
  const lines: string[] = [];
  // From the end: what is still to be executed stands there, and ends the search for it at once.
  for (const run of listRuns(storage, host).toReversed()) {
    const line = settledLine(run, host);
    if (line === undefined) return undefined;
    lines.push(line);
  }
  return lines.length === 0 ? undefined : hash("sha256", lines.join("\n"), "hex");
}

function settledLine(
  { path, experiment, seed }: RunPath,
  { files }: Pick<Host, "files">,
): string | undefined {
  const names = files.list(path) ?? [];
  const { kind } = stateOf(names);
  if (kind !== "completed" && kind !== "crashed") return undefined;
  return `${experiment}/${seed}/${kind}/${lastAttempt(names)}`;
}
