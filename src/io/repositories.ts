import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

import type { RepositoryState } from "../core/search/search-facts.ts";
import type { Repositories } from "../host.ts";

export const gitRepositories: Repositories = {
  state: (path, label) => {
    const commit = git(path, ["rev-parse", "HEAD"])?.trim() ?? null;
    return { path: label, commit, diffHash: commit === null ? null : diffHash(path) };
  },
  files: (path) => {
    const root = topOf(path);
    return root === undefined ? undefined : { root, files: filesOf(root) };
  },
  userName: () => git(".", ["config", "user.name"])?.trim() ?? userInfo().username,
};

const topOf = (path: string) => git(path, ["rev-parse", "--show-toplevel"])?.replace(/\n$/, "");

/** Those of the repositories inside of it too, submodules or not: git names only their folders. */
function filesOf(root: string): readonly string[] {
  const listed = git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const names = new Set((listed ?? "").split("\0").map((name) => name.replace(/\/$/, "")));
  return [...names]
    .filter((name) => name !== "")
    .flatMap((name) => {
      const inner = join(root, name);
      if (lstatSync(inner, { throwIfNoEntry: false })?.isDirectory() !== true) return name;
      // A submodule that was not fetched is an empty folder of the outer one.
      return topOf(inner) === root ? [] : filesOf(inner).map((file) => `${name}/${file}`);
    })
    .sort();
}

/** Files that alprep and alretrain themselves write beside a schedule: no part of the code. */
const OWN_LISTS = [
  ":(exclude,glob)**/list_searches_*.txt",
  ":(exclude,glob)**/list_retrains_*.txt",
];

/** A repository's own configuration may name programs that git would run: none is needed to look. */
const NO_PROGRAMS = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
const PLAIN_DIFF = ["--binary", "--no-ext-diff", "--no-textconv"];

/** Of what is changed but not committed in tracked files; null if nothing is. */
function diffHash(path: string): RepositoryState["diffHash"] {
  const diff = git(path, ["diff", ...PLAIN_DIFF, "HEAD", "--", ":/", ...OWN_LISTS]) ?? "";
  return diff === "" ? null : createHash("sha256").update(diff).digest("hex");
}

/** What git prints, undefined where there is no git, no repository or no answer. */
function git(path: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", [...NO_PROGRAMS, "-C", path, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 1 << 28,
    });
  } catch {
    return undefined;
  }
}
