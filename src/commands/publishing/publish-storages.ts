import { join } from "node:path";

import type { SearchFacts } from "../../core/search/search-facts.ts";
import { formatSearchName, type SearchName } from "../../core/search-name.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { SETTLED_TASKS } from "../../core/task-state.ts";
import { SEARCH_FILE, stagingFolder, STORAGE_PAGE } from "../../tree/paths.ts";
import { publishFolder, takeStorageId } from "../../tree/publishing.ts";
import { formatSearchFacts } from "../../tree/search-file.ts";
import { taskFolder, writeTaskFolder } from "../../tree/task-folder.ts";
import { addToList } from "./add-to-list.ts";
import { openStaging } from "./open-staging.ts";
import { type Pace, startPace } from "./pace.ts";

/** A storage that is to be written. */
export type StorageDraft = {
  /** Its id is a guess: it gets the next that is free. */
  readonly name: SearchName;
  /** Run folders that are written. */
  readonly runs: number;
  /** The list that is to name it, absolute. */
  readonly list: string;
  /**
   * Fills its folder, which is there and empty, but for `search.json`.
   * @returns false if it was stopped
   */
  readonly stage: (folder: string, pace: Pace) => Promise<boolean>;
  /** What `search.json` says once the storage has its name. @param storage - absolute */
  readonly factsOf: (name: SearchName, storage: string) => SearchFacts;
  /** Its page for people. @param storage - absolute */
  readonly pageOf: (facts: SearchFacts, storage: string) => string;
};

/**
 * Publishes a storage for each plan for which there is none yet.
 * @returns the names of those that were published, by their plans
 */
export async function publishPlanned<Plan extends { readonly existing: unknown }>(
  root: string,
  plans: readonly Plan[],
  draftOf: (plan: Plan) => StorageDraft,
  host: PublishHost,
  signal: AbortSignal,
): Promise<ReadonlyMap<Plan, string>> {
  const drafts = plans
    .filter(({ existing }) => existing === undefined)
    .map((plan) => ({ plan, ...draftOf(plan) }));
  const published = drafts.length === 0 ? [] : await publishStorages(root, drafts, host, signal);
  return new Map(published.map(({ draft, name }) => [draft.plan, formatSearchName(name)]));
}

type PublishHost = Pick<
  Host,
  "files" | "locks" | "clock" | "machine" | "token" | "environment" | "terminal"
>;

/** A storage that is in its place. */
export type PublishedStorage<Draft extends StorageDraft> = {
  readonly draft: Draft;
  /** With the id that it got. */
  readonly name: SearchName;
};

/**
 * Builds all storages beside their places, then moves them there: when one cannot be built, none
 * is seen. The lists name those that are.
 * @returns those published; none when `signal` aborted before
 */
export async function publishStorages<Draft extends StorageDraft>(
  root: string,
  drafts: readonly Draft[],
  host: PublishHost,
  signal: AbortSignal,
): Promise<readonly PublishedStorage<Draft>[]> {
  const { files } = host;
  const staging = stagingFolder(root, host.token(16));
  const runs = drafts.reduce((sum, draft) => sum + draft.runs, 0);
  const pace = startPace(runs, host, signal);
  const published: PublishedStorage<Draft>[] = [];
  makeRoot(root, host);
  try {
    openStaging(staging, host);
    for (const [index, draft] of drafts.entries()) {
      const staged = join(staging, `storage${index}`);
      files.makeFolder(staged);
      if (!(await draft.stage(staged, pace))) return [];
      for (const task of SETTLED_TASKS) writeTaskFolder(taskFolder(staged, task), task, host);
    }
    for (const [index, draft] of drafts.entries()) {
      published.push({ draft, name: publish(join(staging, `storage${index}`), root, draft, host) });
    }
  } finally {
    pace.stop();
    files.remove(staging);
    for (const list of new Set(published.map(({ draft }) => draft.list))) {
      const listed = published.filter(({ draft }) => draft.list === list);
      await addToList(
        list,
        listed.map(({ name }) => formatSearchName(name)),
        host,
      );
    }
  }
  return published;
}

/** @throws UserError `disk` for a root that cannot be */
function makeRoot(root: string, { files }: Pick<Host, "files">): void {
  try {
    files.makeFolders(root);
  } catch (error) {
    const code = errnoOf(error);
    // A file in its place, a link that leads nowhere, a file system that has no folders.
    if (code === undefined || !["EEXIST", "ENOTDIR", "ENOENT"].includes(code)) throw error;
    throw new UserError(
      "disk",
      `The folder of storages ${root} cannot be made: ${code}. Something else is in its way, or a link to it leads nowhere.`,
      "Nothing was written. Mend that, or name another place with --root_dir.",
      { cause: error },
    );
  }
}

/** Names a staged storage for good and moves it to its place. */
function publish(
  staged: string,
  root: string,
  draft: StorageDraft,
  host: Pick<Host, "files">,
): SearchName {
  const letters = draft.name.id.replace(/\d+$/, "");
  for (;;) {
    const id = takeStorageId(root, letters, host);
    const name = { ...draft.name, id };
    const target = join(root, formatSearchName(name));
    const facts = draft.factsOf(name, target);
    host.files.write(join(staged, SEARCH_FILE), formatSearchFacts(facts));
    host.files.write(join(staged, STORAGE_PAGE), draft.pageOf(facts, target));
    // Taken only if somebody has removed `.ids`; then the next id will do.
    if (publishFolder(staged, target, host)) return name;
  }
}
