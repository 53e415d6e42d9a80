import { basename, dirname, resolve } from "node:path";

import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { findStorage, listExperiments } from "../../tree/directory-tree.ts";
import { parseRunPath, runPath, type RunPath } from "../../tree/paths.ts";

const SHORT = /^experiment(\d{1,15})\/seed(\d{1,15})\/?$/;
const BELOW_ROOT = /^([^/]+)\/(experiment\d{1,15}\/seed\d{1,15})\/?$/;

/**
 * The run that a person names: `<storage>/experiment3/seed1`, the path of its folder or of a file in
 * it, or `experiment3/seed1` with one storage.
 * @param storages - those that other flags name, absolute
 * @throws UserError `usage`, `not-found`
 */
export function findRun(
  given: string,
  { root, storages }: { readonly root: string; readonly storages: readonly string[] },
  host: Pick<Host, "files" | "workingFolder">,
): RunPath {
  const run =
    byNumbers(given, storages) ?? byPath(given, host) ?? byStorage(given, root, host) ?? undefined;
  if (run === undefined) {
    throw new UserError(
      "usage",
      `Expected a run, got ${JSON.stringify(given)}.`,
      "Name it as <storage>/experiment3/seed1, by its folder's path, or as experiment3/seed1 with --storage_name.",
    );
  }
  if (host.files.list(run.path) === undefined) throw missing(run, host);
  return run;
}

function byNumbers(given: string, storages: readonly string[]): RunPath | undefined {
  const [, experiment, seed] = SHORT.exec(given) ?? [];
  const [storage, other] = storages;
  if (experiment === undefined || seed === undefined) return undefined;
  if (storage !== undefined && other === undefined) {
    return runPath(storage, Number(experiment), Number(seed));
  }
  if (storage === undefined) return undefined;
  throw new UserError(
    "usage",
    `${given} could be in any of ${storages.length} storages.`,
    `Name the storage too: ${basename(storage)}/${given}`,
  );
}

/** A folder that is there, or one that holds the file that is meant. */
function byPath(
  given: string,
  { files, workingFolder }: Pick<Host, "files" | "workingFolder">,
): RunPath | undefined {
  const path = resolve(workingFolder, given);
  for (const folder of [path, dirname(path), dirname(dirname(path))]) {
    const run = parseRunPath(folder);
    if (run !== undefined && files.list(folder) !== undefined) return run;
  }
  // Whatever is said with a path is not the name of a storage.
  return /^[./~]/.test(given) ? parseRunPath(path) : undefined;
}

function byStorage(given: string, root: string, host: Pick<Host, "files">): RunPath | undefined {
  const [, storage, rest] = BELOW_ROOT.exec(given) ?? [];
  if (storage === undefined || rest === undefined) return undefined;
  return parseRunPath(resolve(findStorage(root, storage, host), rest));
}

function missing(
  { storage, experiment, seed, path }: RunPath,
  host: Pick<Host, "files">,
): UserError {
  const isStorage = host.files.list(storage) !== undefined;
  const experiments = isStorage ? listExperiments(storage, host) : [];
  const last = experiments.at(-1);
  const what = experiments.includes(experiment)
    ? `experiment ${experiment} has no seed ${seed}`
    : `there is no experiment ${experiment}`;
  return new UserError(
    "not-found",
    isStorage
      ? `${what[0]?.toUpperCase() ?? ""}${what.slice(1)} in ${storage}.`
      : `There is no run at ${path}.`,
    last === undefined
      ? "`alstatus` lists the storages, `alstatus --runs` their runs."
      : `Its experiments are ${experiments[0] ?? last} to ${last}; \`alstatus --runs -s ${basename(storage)}\` lists its runs.`,
  );
}
