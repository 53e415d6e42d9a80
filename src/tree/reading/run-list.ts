import { join } from "node:path";

import { flagsAmong } from "../../core/run-state.ts";
import type { Host } from "../../host.ts";
import { CONFIG_FILE, parseExperiment, parseSeed, SEARCH_FILE } from "../paths.ts";

/** Metadata of self-launched scripts, ours and the original's. */
export const METADATA_FOLDER = "metadata";
/** How deep the folders of named experiments are looked for. */
const MAX_DEPTH = 8;

/**
 * Where the runs below a folder lie, relative to it, in the order in which people count: the runs of
 * searches, numbered logs, and whatever else holds a configuration or a flag, at any depth.
 * @returns `[""]` if the folder is a run itself; undefined if there is no such folder
 */
export function listRunFolders(
  root: string,
  host: Pick<Host, "files">,
): readonly string[] | undefined {
  const names = host.files.list(root);
  if (names === undefined) return undefined;
  return isRunFolder(names) ? [""] : below(root, "", names, 0, host);
}

/** Whether a folder that holds `names` is that of a run. */
export function isRunFolder(names: readonly string[]): boolean {
  if (names.includes(SEARCH_FILE)) return false;
  const isNamed = names.includes(METADATA_FOLDER) || names.includes(CONFIG_FILE);
  return isNamed || flagsAmong(names).length > 0;
}

function below(
  root: string,
  path: string,
  names: readonly string[],
  depth: number,
  host: Pick<Host, "files">,
): readonly string[] {
  const inner = (name: string) => (path === "" ? name : `${path}/${name}`);
  const numbered = names.filter((name) => /^[1-9]\d{0,14}$/.test(name)).sort(byNumber);
  const experiments = names.filter((name) => parseExperiment(name) !== undefined).sort(byNumber);
  const isSearch = names.includes(SEARCH_FILE);
  // Not looked into one by one: there may be a hundred thousand.
  const areLogs = isSearch || areRuns(root, numbered.slice(0, 1).map(inner), host);
  const runs = areLogs ? numbered.map(inner) : [];
  if (isSearch) return [...experiments.flatMap((one) => seedsOf(root, inner(one), host)), ...runs];
  const others = names.filter((name) => !(name.startsWith(".") || (areLogs && isNumber(name))));
  return [
    ...runs,
    ...others.sort(byNumber).flatMap((name) => within(root, inner(name), depth, host)),
  ];
}

function within(
  root: string,
  path: string,
  depth: number,
  host: Pick<Host, "files">,
): readonly string[] {
  const folder = join(root, path);
  const names = host.files.list(folder);
  // A link may lead back to where it stands.
  if (names === undefined || depth === MAX_DEPTH || host.files.isLink(folder)) return [];
  return isRunFolder(names) ? [path] : below(root, path, names, depth + 1, host);
}

function seedsOf(
  root: string,
  experiment: string,
  { files }: Pick<Host, "files">,
): readonly string[] {
  const names = files.list(join(root, experiment)) ?? [];
  const seeds = names.filter((name) => parseSeed(name) !== undefined);
  return seeds.sort(byNumber).map((seed) => `${experiment}/${seed}`);
}

function areRuns(root: string, paths: readonly string[], { files }: Pick<Host, "files">): boolean {
  return paths.some((path) => isRunFolder(files.list(join(root, path)) ?? []));
}

const isNumber = (name: string) => /^[1-9]\d{0,14}$/.test(name);

/** `experiment2` before `experiment10`. */
function byNumber(a: string, b: string): number {
  const [first, second] = [numberIn(a), numberIn(b)];
  return first - second || (a < b ? -1 : 1);
}

const numberIn = (name: string) => Number(/\d+$/.exec(name)?.[0] ?? 0);
