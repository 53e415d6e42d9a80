import { execFileSync, spawnSync } from "node:child_process";
import { resolve } from "node:path";

import { expect } from "chai";

import { SHELLS, type Shell } from "../src/core/completion.ts";
import { runCommand } from "./support/commands.ts";
import { prepareProject } from "./support/small-project.ts";
import { makeTempProject } from "./support/temp-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

/** What a shell offers for the last of some words, once the script is read. */
const ASK: Readonly<Record<Shell, string>> = {
  bash: `eval "$SCRIPT"; COMPREPLY=(); _hatchery "$1" "\${@: -1}" "\${@: -2:1}"; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // As bashcompinit calls it.
  zsh: `eval "$SCRIPT"; COMPREPLY=(); words=("$@"); () { emulate -L sh; setopt kshglob noshglob braceexpand; _hatchery "$1" "$2" "$3"; } "$1" "\${@[-1]}" "\${@[-2]}"; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: `echo $SCRIPT | source; complete -C (string join ' ' -- $argv)`,
};

describe("--completion", function () {
  this.timeout(60_000);

  for (const shell of SHELLS) {
    it(
      `offers flags, their values and storages in ${shell}`,
      withTempDirectory(async (folder) => {
        if (spawnSync(shell, ["--version"]).error !== undefined) {
          console.warn(`      NOT TRIED: there is no ${shell} here.`);
          expect(process.env["CI"]).to.not.equal("true");
          return;
        }
        const path = await makeTempProject(folder);
        const storage = await prepareProject(folder, {
          program: { command: ["true"] },
          values: [1],
        });
        const { stdout: script } = await runCommand("alstatus", ["--completion", shell], folder);
        const offered = (...words: readonly string[]) => {
          const place = shell === "fish" ? words : ["ask", ...words];
          const text = execFileSync(shell, ["-c", ASK[shell], ...place], {
            cwd: folder,
            env: { ...process.env, PATH: path, SCRIPT: script, HOME: folder },
            encoding: "utf8",
          });
          const lines = text.split("\n").filter((line) => line !== "");
          // Zsh leaves out what begins otherwise when it shows them.
          return lines
            .map((line) => line.split("\t")[0] ?? "")
            .filter((one) => shell !== "zsh" || one.startsWith(words.at(-1) ?? ""));
        };
        expect(offered("allaunch", "--n_p")).to.deep.equal(["--n_processes"]);
        expect(offered("alinit", "--language", "py")).to.deep.equal(["python"]);
        expect(offered("alclean", "-s", "")).to.include(storage.split("/").at(-1));
      }),
    );
  }

  it("is refused for other shells", async () => {
    const { code, stderr } = await runCommand("alprep", ["--completion", "tcsh"], resolve("."));
    expect(code).to.equal(2);
    expect(stderr).to.include("bash, zsh, fish");
  });
});
