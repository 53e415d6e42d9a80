import { basename, resolve } from "node:path";

import type { RepositoryState } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { readSnapshot, takeSnapshot } from "../../tree/snapshot.ts";
import type { StorageSelection } from "../storage-selection.ts";
import type { LaunchOptions } from "./launch-options.ts";
import type { StorageToWorkOn } from "../work/orders.ts";
import { readSearchFacts } from "../../tree/search-file.ts";

/** Values of `--code`. */
export const LIVE = "live";
export const SNAPSHOT = "snapshot";
const NO_SNAPSHOT =
  "The code is not kept as it is now, for it lies in no git repository, or in several: do not change it while jobs wait or run.";

/** A storage and the state of the code that would run in it now. */
export type StorageCode = {
  readonly path: string;
  readonly repositories: readonly RepositoryState[];
};

/**
 * The storages with the code that their runs will use: as it is now, or of a snapshot.
 * @param choice - as {@link LaunchOptions.code} says it
 */
export function chooseCode(
  choice: string | undefined,
  storages: readonly string[],
  root: string,
  host: Pick<Host, "files" | "repositories" | "token" | "workingFolder" | "terminal">,
): readonly (StorageCode & Pick<StorageToWorkOn, "code">)[] {
  const live = readCode(storages, host);
  if (choice === undefined || choice === LIVE) return live;
  const code =
    choice === SNAPSHOT ? snapshotOf(live, root, host) : resolve(host.workingFolder, choice);
  if (code === undefined) return live;
  const repositories = readSnapshot(code, host);
  return storages.map((path) => ({ path, repositories, code }));
}

/**
 * What is submitted, with the code as it is now for whatever starts later, unless it is to be live.
 * @throws UserError `refused` for code that is not what was prepared, if that matters
 */
export function keepCode(
  options: LaunchOptions,
  { storages, root }: StorageSelection,
  host: Pick<Host, "files" | "repositories" | "token" | "terminal">,
): LaunchOptions {
  const live = readCode(storages, host);
  if (options.checkHash) checkCode(live, host);
  const { code = SNAPSHOT } = options;
  if (code !== SNAPSHOT || options.dryRun) return options;
  return { ...options, code: snapshotOf(live, root, host) ?? LIVE };
}

/**
 * Keeps the code of some storages as it is now.
 * @returns their project's folder in the snapshot; undefined where none can be made, which is said
 */
function snapshotOf(
  storages: readonly StorageCode[],
  root: string,
  host: Pick<Host, "files" | "repositories" | "token" | "terminal">,
): string | undefined {
  const projects = storages.map(({ path }) => resolve(path, readSearchFacts(path, host).project));
  const [project, other] = new Set(projects);
  const code =
    project === undefined || other !== undefined
      ? undefined
      : takeSnapshot(project, root, storages[0]?.repositories ?? [], host);
  if (code === undefined) host.terminal.note(NO_SNAPSHOT);
  return code;
}

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
