import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect } from "chai";

import { asCalled } from "../src/cli.ts";
import { runCommand, startCommand } from "./support/commands.ts";
import { until } from "./support/small-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const COMMANDS = [
  "albench",
  "alclean",
  "alcopy",
  "aldoctor",
  "alinit",
  "allaunch",
  "alplot",
  "alprep",
  "alquery",
  "alretrain",
  "alstatus",
  "alsub",
  "alupdate",
];

describe("asCalled", () => {
  it("writes npx before the commands that come next, for who called us by it", () => {
    const text =
      "List: a.txt\nNext: allaunch --from_file a.txt\n  alprep -f b\n  alice -- what\nalso --x";
    const expected =
      "List: a.txt\nNext: npx allaunch --from_file a.txt\n  npx alprep -f b\n  alice -- what\nalso --x";
    const ours = ["node", "/project/node_modules/.bin/alprep"];
    const npx = { npm_lifecycle_event: "npx" };
    expect(asCalled(text, ours, npx)).to.equal(expected);
    expect(asCalled(text, ours, {})).to.equal(text);
    expect(asCalled(text, ["node", "/usr/bin/alprep"], npx)).to.equal(text);
    expect(asCalled("say `alclean --x`; see alstatus -s", ours, npx)).to.equal(
      "say `npx alclean --x`; see npx alstatus -s",
    );
  });
});

describe("every command", function () {
  this.timeout(20_000);

  for (const name of COMMANDS) {
    it(`explains itself: ${name} --help`, async () => {
      const { code, stdout } = await runCommand(name, ["--help"], ".");
      expect(code).to.equal(0);
      expect(stdout).to.include("Examples:").and.include("Exit codes: 0 done; 1 some runs failed");
      expect(stdout.split("\n").every((line) => line.length <= 100)).to.equal(true);
    });
  }

  it("refuses a flag that it does not know, with the nearest one", async () => {
    const { code, stderr, stdout } = await runCommand("alstatus", ["--form-file", "x"], ".");
    expect(code).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.include("Did you mean --from_file?");
    expect((await runCommand("alstatus", ["--fo"], ".")).stderr).to.not.include("--f?");
  });

  it("says that values have no dashes, where they are taken", async () => {
    const { code, stderr } = await runCommand("alprep", ["a.yaml", "--nExperiments", "6"], ".");
    expect(code).to.equal(2);
    expect(stderr).to.include("write it without dashes: nExperiments=…");
  });

  it("refuses a flag that was given twice, or without its value", async () => {
    for (const [words, said] of [
      [["-r", "a", "-r", "b"], "--root_dir was given 2 times"],
      [["-f", "a", "--from-file", "b"], "--from_file was given 2 times"],
      [["-f"], "--from_file: expected a value"],
      [["--root_dir="], "--root_dir: expected a value"],
      [["-s"], "-s: expected a value"],
      [["--storage_name", "--json"], "--storage_name: expected a value"],
      [["storage"], `flags only, got "storage"`],
    ] as const) {
      const { code, stderr } = await runCommand("alstatus", words, ".");
      expect(code, words.join(" ")).to.equal(2);
      expect(stderr).to.include(said);
    }
  });

  it("says also as JSON what is wrong with its flags", async () => {
    const { code, stdout } = await runCommand("alstatus", ["--form_file", "x", "--json"], ".");
    expect(code).to.equal(2);
    expect(JSON.parse(stdout)).to.have.nested.property("error.code", "usage");
  });

  it(
    "prints names only with --quiet, and nothing to standard error",
    withTempDirectory(async (folder) => {
      const { code, stdout, stderr } = await runCommand("alstatus", ["--quiet", "-r", "."], folder);
      expect([code, stdout, stderr]).to.deep.equal([0, "", ""]);
    }),
  );

  it("takes a closed pipe for no error", async () => {
    const child = spawn(process.execPath, [resolve("dist/bin/alstatus.js"), "--help"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const code = await new Promise((done) => child.on("close", done));
    expect([code, stderr]).to.deep.equal([0, ""]);
  });

  it(
    "ends when it is signalled again and again, whatever it waits for",
    withTempDirectory(async (folder) => {
      // A project's file that never ends to load.
      writeFileSync(join(folder, "package.json"), '{"type":"module"}');
      const text = 'console.error("loading"); await new Promise(() => setInterval(() => 0, 1000));';
      writeFileSync(join(folder, "hatchery.config.js"), text);
      const { child, ended } = startCommand("alstatus", [], folder);
      let notes = "";
      child.stderr?.on("data", (some: string) => (notes += some));
      await until(() => notes.includes("loading"));
      await until(() => {
        child.kill("SIGINT");
        return child.exitCode !== null;
      });
      expect((await ended).code).to.equal(130);
    }),
  );

  it("has the version of the package", () => {
    const printed = execFileSync(process.execPath, ["dist/bin/alprep.js", "--version"], {
      encoding: "utf8",
    });
    expect(printed.trim()).to.match(/^\d+\.\d+\.\d+$/);
  });
});
