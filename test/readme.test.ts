import { execFile } from "node:child_process";
import { access, chmod, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { makeTempProject } from "./support/temp-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const run = promisify(execFile);

/** Set-up of a clone, which a test that runs in one cannot repeat; the scripts must exist. */
const SETUP = /^(npm run demo|npm ci && npm run build|npm link)$/;

describe("README.md", () => {
  it(
    "has commands that run as written, in their order",
    withTempDirectory(async (folder) => {
      const path = await makeTempProject(folder);
      const text = await readFile("README.md", "utf8");
      const commands = shellLines(text).filter((line) => !SETUP.test(line));
      expect(commands.map((line) => line.split(" ")[0])).to.deep.equal([
        ...["alprep", "allaunch", "alstatus", "alclean", "aldoctor", "albench"],
        ...["alinit", "cd", "alprep", "allaunch", "albench"],
      ]);
      const options = { cwd: folder, env: { ...process.env, PATH: path } };
      await run("sh", ["-euc", commands.join("\n")], options);
      for (const project of [folder, join(folder, "my-search")]) {
        const figures = await readdir(join(project, "storage/benchmark"), { recursive: true });
        expect(figures.filter((name) => /\.(png|svg)$/.test(name))).to.have.length(6);
      }
    }),
  ).timeout(240_000);

  it("names npm scripts that exist", async () => {
    const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as {
      scripts: Record<string, string>;
    };
    const text = await readFile("README.md", "utf8");
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);
    expect(Object.keys(scripts)).to.include.members(named);
  });

  it("and every page of the docs have links that lead somewhere", async () => {
    const pages = (await readdir("docs")).map((name) => join("docs", name));
    const broken: string[] = [];
    for (const page of ["README.md", "bench/README.md", "CHANGELOG.md", ...pages]) {
      const text = await readFile(page, "utf8");
      for (const [, target = ""] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
        if (target.startsWith("https://")) continue;
        const found = await access(join(dirname(page), target)).then(
          () => true,
          () => false,
        );
        if (!found) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).to.deep.equal([]);
  });
});

before(async () => {
  // `npm link` does the same.
  for (const name of await readdir("dist/bin")) {
    if (name.endsWith(".js")) await chmod(join("dist/bin", name), 0o755);
  }
});

/** The lines of a page's `sh` blocks. */
function shellLines(text: string): readonly string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.split("\n").filter((line) => line !== ""),
  );
}
