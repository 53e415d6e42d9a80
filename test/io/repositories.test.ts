import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { gitRepositories } from "../../src/io/repositories.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

describe("gitRepositories", () => {
  it(
    "runs no program that a repository's own configuration names",
    withTempDirectory((folder) => {
      const git = (...args: readonly string[]) =>
        execFileSync("git", ["-C", folder, ...args], { stdio: "ignore" });
      git("init");
      git("config", "user.name", "x");
      git("config", "user.email", "x@example.org");
      writeFileSync(join(folder, "a.txt"), "1\n");
      writeFileSync(join(folder, ".gitattributes"), "*.txt diff=evil\n");
      git("add", ".");
      git("commit", "-m", "first");
      writeFileSync(join(folder, "a.txt"), "2\n");
      const evil = join(folder, "evil.sh");
      writeFileSync(evil, `#!/bin/sh\necho > "$(dirname "$0")/executed"\n`, { mode: 0o755 });
      for (const key of ["diff.external", "diff.evil.textconv", "core.fsmonitor"]) {
        git("config", key, `'${evil.replaceAll("'", "'\\''")}'`);
      }
      const { commit, diffHash } = gitRepositories.state(folder, ".");
      expect(commit).to.match(/^[0-9a-f]{40}$/);
      expect(diffHash).to.match(/^[0-9a-f]{64}$/);
      expect(existsSync(join(folder, "executed"))).to.equal(false);
      return Promise.resolve();
    }),
  );
});
