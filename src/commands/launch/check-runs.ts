import { basename, join } from "node:path";

import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { LaunchOptions } from "./launch-options.ts";

/** Runs that are named have to be there, in one of the storages at least. @throws UserError `not-found` */
export function checkRuns(
  { runs }: Pick<LaunchOptions, "runs">,
  storages: readonly string[],
  { files }: Pick<Host, "files">,
): void {
  for (const run of runs) {
    if (storages.some((storage) => files.list(join(storage, run)) !== undefined)) continue;
    throw new UserError(
      "not-found",
      `There is no ${run} in ${storages.map((storage) => basename(storage)).join(", ")}.`,
      "`alstatus --runs` lists the runs.",
    );
  }
}
