import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { formatJobScript, type JobScript } from "../../../src/core/scheduling/job-script.ts";
import { slurm } from "../../../src/core/scheduling/slurm.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";
import { SMALL_JOB } from "../../support/small-job.ts";
import { until } from "../../support/small-project.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";

describe("formatJobScript", () => {
  it(
    "runs its command in its folder, with its variables, whatever is in their names",
    withTempDirectory((folder) => {
      const value = "a 'b' \"c\" $(touch hacked)";
      const command = ["sh", "-c", 'printf "%s|%s|%s" "$PWD" "$TOKEN" "$1"', "sh", value];
      const file = writeScript(folder, { environment: { TOKEN: value }, command });
      const printed = execFileSync("bash", [file], { cwd: "/", encoding: "utf8" });
      expect(printed).to.equal(`${folder}|${value}|${value}`);
      expect(existsSync(join(folder, "hacked"))).to.equal(false);
      return Promise.resolve();
    }),
  );

  it(
    "says where it was to start when the node does not see the folder, and exits with 5",
    withTempDirectory((folder) => {
      const file = writeScript(folder, { folder: join(folder, "not there"), command: ["true"] });
      const { stderr, status } = errorOf(Error, () =>
        execFileSync("bash", [file], { encoding: "utf8", stdio: "pipe" }),
      ) as Error & { readonly stderr: string; readonly status: number };
      expect(status).to.equal(5);
      expect(stderr).to.include(`this node does not see the folder ${join(folder, "not there")}`);
      return Promise.resolve();
    }),
  );

  it(
    "cleans up after its command, and ends with its exit code",
    withTempDirectory((folder) => {
      const command = ["sh", "-c", "echo work >>log; exit 75"];
      const file = writeScript(folder, {
        setup: ["echo before >>log"],
        cleanup: ["echo after >>log"],
        command,
      });
      const failed = errorOf(Error, () => execFileSync("bash", [file])) as Error & {
        status: number;
      };
      expect(failed.status).to.equal(75);
      expect(readFileSync(join(folder, "log"), "utf8")).to.equal("before\nwork\nafter\n");
      return Promise.resolve();
    }),
  );

  it(
    "passes signals on to its command, waits for it, and cleans up then",
    withTempDirectory(async (folder) => {
      const asked =
        "trap 'sleep 0.2; echo asked >>log; exit 7' USR1; echo work >>log; while :; do sleep 0.05; done";
      const file = writeScript(folder, {
        cleanup: ["echo after >>log"],
        command: ["bash", "-c", asked],
      });
      const child = spawn("bash", [file], { stdio: "ignore" });
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await until(() => existsSync(join(folder, "log")));
      child.kill("SIGUSR1");
      expect(await ended).to.equal(7);
      expect(readFileSync(join(folder, "log"), "utf8")).to.equal("work\nasked\nafter\n");
    }),
  );

  for (const shell of ["bash", "dash"]) {
    it(
      `starts nothing in ${shell} when a line of the setup fails, says so, and exits with 5`,
      withTempDirectory((folder) => {
        const command = ["sh", "-c", "echo work >>log"];
        const setup = [
          "false || echo forgiven",
          "if false; then",
          "no_such_module",
          "fi",
          "(exit 9)",
        ];
        const broken = { setup, cleanup: ["echo after >>log"], command };
        const end = spawnSync(shell, [writeScript(folder, broken)], { encoding: "utf8" });
        expect(end.status).to.equal(5);
        expect(end.stdout).to.equal("forgiven\n");
        expect(end.stderr).to.include("a line of cluster.setup failed (exit code 9)");
        expect(existsSync(join(folder, "log"))).to.equal(false);
        return Promise.resolve();
      }),
    );
  }

  it(
    "keeps a trap that the setup sets, and lets what comes later fail",
    withTempDirectory((folder) => {
      const whole = {
        setup: ["trap 'echo mine >>log' EXIT", "cat <<END >>log", "several lines", "END"],
        cleanup: ["false", "echo after >>log"],
        command: ["sh", "-c", "exit 3"],
      };
      const end = spawnSync("bash", [writeScript(folder, whole)], { cwd: folder });
      expect(end.status).to.equal(3);
      expect(readFileSync(join(folder, "log"), "utf8")).to.equal("several lines\nafter\nmine\n");
      return Promise.resolve();
    }),
  );

  it("refuses lines that would be several", () => {
    const act = () => formatJobScript(slurm, SMALL_JOB, { ...SCRIPT, about: ["a\nrm -rf /"] });
    expect(errorOf(UserError, act).code).to.equal("usage");
    const options = ["--comment=x\n#SBATCH --uid=0"];
    const inHead = () => formatJobScript(slurm, { ...SMALL_JOB, options }, SCRIPT);
    expect(errorOf(UserError, inHead).code).to.equal("usage");
  });
});

const SCRIPT: JobScript = {
  scheduler: "slurm",
  about: ["a comment"],
  environment: {},
  preamble: [],
  setup: [],
  cleanup: [],
  folder: "/",
  needs: [],
  command: ["true"],
};

/** @returns its path */
function writeScript(folder: string, script: Partial<JobScript>): string {
  const file = join(folder, "job.sh");
  writeFileSync(file, formatJobScript(slurm, SMALL_JOB, { ...SCRIPT, folder, ...script }));
  return file;
}
