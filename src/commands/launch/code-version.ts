import { basename, resolve } from "node:path";

import type { RepositoryState } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { readSearchFacts } from "../../tree/search-file.ts";

/** A storage and the state of the code that would run in it now. */
export type StorageCode = {
  readonly path: string;
  readonly repositories: readonly RepositoryState[];
};

/** The repositories that each storage tracks, as they are now; each is asked once. */
export function readCode(
  storages: readonly string[],
  host: Pick<Host, "files" | "repositories">,
): readonly StorageCode[] {
  const known = new Map<string, RepositoryState>();
  return storages.map((path) => {
    const { repositories, project } = readSearchFacts(path, host);
    const now = repositories.map((tracked) => {
      const folder = resolve(path, project, tracked.path);
      const state = known.get(folder) ?? host.repositories.state(folder, tracked.path);
      known.set(folder, state);
      return { ...state, path: tracked.path };
    });
    return { path, repositories: now };
  });
}

/** Seven digits of each repository's commit, e.g. `f7b375e-nogit`: a part of storages' names. */
export function shortVersion(repositories: readonly RepositoryState[]): string {
  return repositories.map(({ commit }) => commit?.slice(0, 7) ?? "nogit").join("-") || "nogit";
}

/** What a person should know before code runs that is not what was searched with. */
export function codeNotes(
  then: readonly RepositoryState[],
  now: readonly RepositoryState[],
): readonly string[] {
  const changed = then.filter((one) => {
    const other = now.find(({ path }) => path === one.path);
    return other?.commit !== one.commit || other.diffHash !== one.diffHash;
  });
  const paths = changed.map(({ path }) => (path === "." ? "the project" : path)).join(", ");
  return changed.length === 0 ? [] : [`the code of ${paths} is not the one that was searched.`];
}

/**
 * Holds the code against what the storages were prepared with.
 * @throws UserError `refused`, naming every repository that differs and both versions
 */
export function checkCode(storages: readonly StorageCode[], host: Pick<Host, "files">): void {
  const differences = storages.flatMap(({ path, repositories }) => {
    const prepared = readSearchFacts(path, host).repositories;
    return prepared.flatMap((then) => {
      const now = repositories.find((one) => one.path === then.path);
      if (now === undefined || describe(now) === describe(then)) return [];
      return `${basename(path)}: ${then.path} was ${describe(then)}, is ${describe(now)}`;
    });
  });
  if (differences.length === 0) return;
  throw new UserError(
    "refused",
    `The code is not the one that was prepared:\n  ${differences.join("\n  ")}`,
    "Check out that version, prepare the search anew, or launch without --check_hash.",
  );
}

function describe({ commit, diffHash }: RepositoryState): string {
  if (commit === null) return "no git repository";
  const short = commit.slice(0, 10);
  return diffHash === null ? short : `${short} with changes (${diffHash.slice(0, 8)})`;
}
