import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { withTempDirectory } from "./support/temp-directory.ts";

const run = promisify(execFile);

/** A command of the page, and the lines that it says will be printed. */
type Command = { readonly line: string; readonly printed: string };

describe("docs/tutorial.md", () => {
  it(
    "has programs that run, and commands that print what it says, in their order",
    withTempDirectory(async (folder) => {
      await mkdir(join(folder, "node_modules"));
      await symlink(resolve("."), join(folder, "node_modules/hatchery"));
      await writeFile(join(folder, "package.json"), '{"type":"module"}');
      const page = await readFile("docs/tutorial.md", "utf8");
      let commands = 0;
      for (const [, language = "", text = ""] of page.matchAll(
        /```(js|yaml|console)\n([\s\S]*?)```/g,
      )) {
        if (language !== "console") await writeProgram(folder, text);
        else {
          for (const { line, printed } of commandsIn(text)) {
            const output = await outputOf(line, folder);
            if (line.includes("--json"))
              expect(JSON.parse(output)).to.have.property("rows").deep.equal(ROWS);
            else expect(output.trimEnd(), line).to.equal(printed.trimEnd());
            commands += 1;
          }
        }
      }
      expect(commands).to.equal(19);
    }),
  ).timeout(180_000);
});

/** What chapter 3 finds, as a table. */
const ROWS = [
  { "info.log_id": 1, "config.optimizer.lr": 0.001, "train.epoch": [0, 0, 0, 1, 1, 1, 2, 3] },
  { "info.log_id": 2, "config.optimizer.lr": 0.01, "train.epoch": [0, 0, 0, 1, 1, 1] },
];

/** Its first line names the file. */
async function writeProgram(folder: string, text: string): Promise<void> {
  const [, name] = /^(?:\/\/|#) (\S+\.(?:js|yaml))\n/.exec(text) ?? [];
  if (name === undefined) return;
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

function commandsIn(text: string): readonly Command[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((one) => {
      const end = one.indexOf("\n");
      return { line: one.slice(0, end), printed: one.slice(end + 1) };
    });
}

/** Both outputs, as a terminal shows them; what is made on first use is said once, and left out. */
async function outputOf(line: string, folder: string): Promise<string> {
  const shell = line.replace(/^(al\w+)/, (name) => `node "${resolve("dist/bin", `${name}.js`)}"`);
  const ended = await run("sh", ["-c", `${shell} 2>&1`], { cwd: folder }).catch(
    // A refusal is part of the page; what it prints is compared.
    (error: unknown) => error as { readonly stdout: string },
  );
  return ended.stdout.replace(/^made .*\n/gm, "");
}
