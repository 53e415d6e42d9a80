import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import { expect } from "chai";

import { makeTempProject } from "./support/temp-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const run = promisify(execFile);

describe("docs/copying.md", () => {
  it(
    "has commands that run as written, in their order",
    withTempDirectory(async (folder) => {
      const env = { ...process.env, PATH: await makeTempProject(folder) };
      const page = readFileSync("docs/copying.md", "utf8");
      const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
      const { stdout } = await run("sh", ["-euc", commands.join("\n")], { cwd: folder, env });
      expect(stdout).to.include("changed: epochs=4").and.include("new: noise=0.1");
      expect(stdout).to.include("Up to date: 2 storages.");
    }),
  ).timeout(60_000);
});
