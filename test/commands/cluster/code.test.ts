import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../../support/commands.ts";
import {
  flagsOf,
  linesOf,
  LIST,
  prepareProject,
  readRunFile,
} from "../../support/small-project.ts";
import { callsOf, standIn } from "../../support/stand-ins.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

const MAIN = `import { appendFileSync, readFileSync } from "node:fs";
import { word } from "./lib/word.js";
const data = readFileSync("data/large.txt", "utf8").trim();
export const main = () => appendFileSync("data/said", word + " " + data + "\\n");
`;
const SUBMIT = [...LIST, "--scheduler", "slurm", "--quiet"];

/** A search in a repository, which ignores its data and its storages. @returns the storage */
async function prepareRepository(folder: string): Promise<string> {
  for (const name of ["lib", "data"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "lib/word.js"), 'export const word = "then";\n');
  writeFileSync(join(folder, "data/large.txt"), "1\n");
  writeFileSync(join(folder, ".gitignore"), "data\nstorage\nbin\ncalls\n");
  const git = (...words: readonly string[]) => {
    execFileSync("git", ["-C", folder, ...words], { stdio: "pipe" });
  };
  git("init", "-q");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first");
  return prepareProject(folder, {
    files: { "main.js": MAIN },
    program: { module: "main.js" },
    values: [1],
  });
}

/** Runs what was submitted, as a scheduler does later. */
const runSubmitted = (folder: string) => {
  const [call] = callsOf(folder, "sbatch");
  execFileSync("bash", [call?.words.at(-1) ?? ""], { stdio: "pipe" });
};

describe("allaunch --code", function () {
  this.timeout(60_000);

  it(
    "runs the code that there was at submission, committed or not, with the data where they are",
    withTempDirectory(async (folder) => {
      const storage = await prepareRepository(folder);
      const PATH = standIn(folder, "sbatch", "echo 1");
      const end = await runCommand("allaunch", SUBMIT, folder, { PATH });
      expect(end.code, end.stderr).to.equal(0);
      writeFileSync(join(folder, "lib/word.js"), 'export const word = "now";\n');
      rmSync(join(folder, "main.js"));
      appendFileSync(join(folder, "data/large.txt"), "2\n");
      runSubmitted(folder);
      expect(linesOf(folder, "data/said")).to.deep.equal(["then 1", "2"]);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "COMPLETED" });
      const [used] = readRunFile(storage, 1)["repositories"] as readonly { diffHash: unknown }[];
      expect(used).to.have.property("diffHash", null);
    }),
  );

  it(
    "runs the code of submodules, and of repositories inside, as it was too",
    withTempDirectory(async (folder) => {
      const project = join(folder, "project");
      const inner = join(folder, "inner");
      for (const one of [project, inner]) mkdirSync(one);
      const git = (at: string, ...words: readonly string[]) => {
        const trusting = [
          "-c",
          "protocol.file.allow=always",
          "-c",
          "user.name=a",
          "-c",
          "user.email=a@b",
        ];
        execFileSync("git", ["-C", at, ...trusting, ...words], { stdio: "pipe" });
      };
      await prepareRepository(project);
      git(inner, "init", "-q");
      writeFileSync(join(inner, "word.js"), 'export const word = "then";\n');
      git(inner, "add", ".");
      git(inner, "commit", "-qm", "first");
      git(project, "submodule", "add", "-q", inner, "module");
      git(project, "clone", "-q", inner, "clone");
      const words = ["module", "clone"];
      writeFileSync(
        join(project, "lib/word.js"),
        `${words.map((one) => `import { word as ${one} } from "../${one}/word.js";\n`).join("")}export const word = module + clone;\n`,
      );
      const PATH = standIn(project, "sbatch", "echo 1");
      const end = await runCommand("allaunch", SUBMIT, project, { PATH });
      expect(end.code, end.stderr).to.equal(0);
      for (const one of words)
        writeFileSync(join(project, one, "word.js"), 'export const word = "now";\n');
      runSubmitted(project);
      expect(linesOf(project, "data/said")).to.deep.equal(["thenthen 1"]);
    }),
  );

  it(
    "keeps one copy of the same code, and another one of other code",
    withTempDirectory(async (folder) => {
      await prepareRepository(folder);
      const PATH = standIn(folder, "sbatch", "echo 1");
      const copies = () => readdirSync(join(folder, "storage/.code")).length;
      for (let time = 0; time < 2; time++) await runCommand("allaunch", SUBMIT, folder, { PATH });
      expect(copies()).to.equal(1);
      appendFileSync(join(folder, "lib/word.js"), "\n");
      await runCommand("allaunch", SUBMIT, folder, { PATH });
      expect(copies()).to.equal(2);
    }),
  );

  it(
    "uses the code as it is then when told so, and says where it cannot keep it",
    withTempDirectory(async (folder) => {
      await prepareRepository(folder);
      const PATH = standIn(folder, "sbatch", "echo 1");
      await runCommand("allaunch", [...SUBMIT, "--code", "live"], folder, { PATH });
      writeFileSync(join(folder, "lib/word.js"), 'export const word = "now";\n');
      runSubmitted(folder);
      expect(linesOf(folder, "data/said")).to.deep.equal(["now 1"]);
      rmSync(join(folder, ".git"), { recursive: true });
      const args = [...LIST, "--scheduler", "slurm", "--job_scripts"];
      const { code, stderr } = await runCommand("allaunch", args, folder);
      expect(code).to.equal(0);
      expect(stderr).to.include("The code is not kept as it is now");
    }),
  );

  it(
    "takes a copy for workers on this machine too, and refuses a folder that is none",
    withTempDirectory(async (folder) => {
      await prepareRepository(folder);
      const wrong = await runCommand("allaunch", [...LIST, "--code", "lib"], folder);
      expect(wrong.code).to.equal(2);
      expect(wrong.stderr).to.include("is no snapshot of code");
      const end = await runCommand("allaunch", [...LIST, "--code", "snapshot"], folder);
      expect(end.code, end.stderr).to.equal(0);
      expect(linesOf(folder, "data/said")).to.deep.equal(["then 1"]);
    }),
  );
});
