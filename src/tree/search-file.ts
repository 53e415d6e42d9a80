import { join } from "node:path";

import { parseJson } from "../core/config/parse-config.ts";
import { formatProblems } from "../core/config/problems.ts";
import type { SearchFacts } from "../core/search/search-facts.ts";
import { searchFactsProblems } from "../core/search/search-facts-problems.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { SEARCH_FILE } from "./paths.ts";

/** What `search.json` of a storage says. @throws UserError `not-found`, `config-invalid` */
export function readSearchFacts(storage: string, { files }: Pick<Host, "files">): SearchFacts {
  const path = join(storage, SEARCH_FILE);
  const text = files.read(path);
  if (text === undefined) {
    throw new UserError(
      "not-found",
      `There is no search at ${storage}: it holds no ${SEARCH_FILE}.`,
      "Name a storage that alprep made; `alstatus` lists them.",
    );
  }
  return parseSearchFacts(text, path);
}

/** The text of a `search.json`, checked. @param source - path, for the message only */
export function parseSearchFacts(text: string, source: string): SearchFacts {
  const value = parseJson(text, source);
  const problems = searchFactsProblems(value);
  if (problems.length > 0) {
    const hint = "Restore the file; without it nobody knows what the storage runs.";
    throw new UserError("config-invalid", formatProblems(source, problems), hint);
  }
  // Every key was just checked.
  return value as SearchFacts;
}

/** Inverse of {@link parseSearchFacts}. */
export function formatSearchFacts(facts: SearchFacts): string {
  return `${JSON.stringify(facts, null, 2)}\n`;
}

/** Replaces `search.json` of a storage; readers see the old facts or the new ones. */
export function writeSearchFacts(
  storage: string,
  facts: SearchFacts,
  { files }: Pick<Host, "files">,
): void {
  files.replace(join(storage, SEARCH_FILE), formatSearchFacts(facts));
}
