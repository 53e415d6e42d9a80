import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand, startCommand } from "../../support/commands.ts";
import {
  childrenOf,
  isAlive,
  processesIn,
  signalIfAlive,
  withTempProcesses,
} from "../../support/processes.ts";
import {
  flagsOf,
  linesOf,
  LIST,
  prepareProject,
  readRunFile,
  until,
} from "../../support/small-project.ts";

const NEVER = ["--grace", "3600"];
/** Waits to be told to stop, and leaves a checkpoint then. */
const OBEDIENT = `
import { writeFileSync } from "node:fs";
import { join } from "node:path";
export async function main({ tree, signal, attempt }) {
  if (attempt.resumed) return;
  writeFileSync("started", process.pid + "\\n");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  writeFileSync(join(tree.runFolder, "checkpoint"), "");
  throw signal.reason;
}`;

describe("allaunch, when processes of its own die or stop,", function () {
  this.timeout(60_000);

  for (const kind of ["command", "module"] as const) {
    it(
      `puts the run of a supervisor that is killed back, and goes on (${kind})`,
      withTempProcesses(async (folder) => {
        const storage = await prepareProject(folder, {
          files: { "main.js": WAITS_ONCE },
          program:
            kind === "module"
              ? { module: "main.js" }
              : { command: [process.execPath, "-e", 'import("./main.js").then((m) => m.main())'] },
          values: [1, 2, 3],
        });
        const launched = startCommand("allaunch", LIST, folder);
        await until(() => linesOf(folder, "started").length === 1);
        const [supervisor = 0, program = 0] = (linesOf(folder, "started")[0] ?? "")
          .split(" ")
          .map(Number);
        writeFileSync(join(folder, "go"), "");
        signalIfAlive(supervisor, "SIGKILL");
        const { code, stdout, stderr } = await launched.ended;
        expect(code, stderr).to.equal(0);
        expect(stdout).to.include("3 completed, 0 crashed, 1 put back");
        expect(isAlive(program)).to.equal(false);
        expect(readRunFile(storage, 1)).to.deep.include({
          outcome: "released",
          cause: { kind: "stopped", by: "an accident: its supervisor is gone (SIGKILL)" },
        });
        expect(readRunFile(storage, 1, "run.2.json")).to.include({ outcome: "completed" });
      }),
    );
  }

  it(
    "makes a run that kills each of its supervisors a CRASH in the end",
    withTempProcesses(async (folder) => {
      const program = { command: ["/bin/sh", "-c", "kill -9 $PPID; exec sleep 66"] };
      const storage = await prepareProject(folder, { program, values: [1] });
      const { code, stderr } = await runCommand("allaunch", LIST, folder);
      expect(code).to.equal(1);
      expect(stderr).to.include("its supervisor is gone");
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "CRASH" });
      expect(processesIn(folder)).to.deep.equal([]);
    }),
  );

  it(
    "keeps the run of a worker that is stopped for less than its lease",
    withTempProcesses(async (folder) => {
      const script = "echo > started; while [ ! -e go ]; do sleep 0.05; done";
      const storage = await prepareProject(folder, {
        program: { command: ["/bin/sh", "-c", script] },
        values: [1],
      });
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "started").length > 0);
      const [worker = 0] = childrenOf(launched.child.pid ?? 0);
      signalIfAlive(worker, "SIGSTOP");
      const other = await runCommand("allaunch", LIST, folder);
      expect(other.stdout).to.include("0 completed").and.include("held by other workers");
      expect((await runCommand("alclean", LIST, folder)).stdout).to.include("0 runs put back");
      signalIfAlive(worker, "SIGCONT");
      writeFileSync(join(folder, "go"), "");
      expect((await launched.ended).stdout).to.include("1 completed");
      expect(readRunFile(storage, 1)).to.include({ attempt: 1, outcome: "completed" });
    }),
  );

  it(
    "ends what runs at once on a second signal",
    withTempProcesses(async (folder) => {
      const script = "trap '' TERM; echo > started; while true; do sleep 0.1; done";
      const storage = await prepareProject(folder, {
        program: { command: ["/bin/sh", "-c", script] },
        values: [1],
      });
      const launched = startCommand("allaunch", [...LIST, ...NEVER], folder);
      await until(() => linesOf(folder, "started").length > 0);
      let notes = "";
      launched.child.stderr?.on("data", (text: string) => (notes += text));
      launched.child.kill("SIGINT");
      await until(() => notes.includes("press Ctrl-C again"));
      launched.child.kill("SIGINT");
      expect((await launched.ended).code).to.equal(130);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
      expect(processesIn(folder)).to.deep.equal([]);
    }),
  );

  it(
    "does not wait for a stopped worker on a second signal; its run is reset at once",
    withTempProcesses(async (folder) => {
      const program = { command: ["/bin/sh", "-c", "echo > started; exec sleep 67"] };
      const storage = await prepareProject(folder, { program, values: [1] });
      const launched = startCommand("allaunch", [...LIST, ...NEVER], folder);
      await until(() => linesOf(folder, "started").length > 0);
      const [worker = 0] = childrenOf(launched.child.pid ?? 0);
      signalIfAlive(worker, "SIGSTOP");
      launched.child.kill("SIGTERM");
      launched.child.kill("SIGINT");
      await launched.ended;
      await until(() => processesIn(folder).length === 0);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "OPENED" });
      await runCommand("alclean", LIST, folder);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
    }),
  );

  it(
    "gives a module its grace also when every process of the job is signalled",
    withTempProcesses(async (folder) => {
      const storage = await prepareProject(folder, {
        files: { "main.js": OBEDIENT },
        program: { module: "main.js" },
        values: [1],
      });
      const launched = startCommand("allaunch", [...LIST, ...NEVER], folder);
      await until(() => linesOf(folder, "started").length > 0);
      const [runner = ""] = linesOf(folder, "started");
      // The program first: it must not die before anybody knows why.
      for (const pid of [Number(runner), ...processesIn(folder)]) signalIfAlive(pid, "SIGTERM");
      expect((await launched.ended).code).to.equal(143);
      expect(flagsOf(storage)).to.deep.equal({ "1/1": "UNHATCHED" });
      expect(existsSync(join(storage, "experiment1/seed1/checkpoint"))).to.equal(true);
    }),
  );

  it(
    "goes on when nobody reads its notes any more",
    withTempProcesses(async (folder) => {
      const program = { command: ["/bin/sh", "-c", "[ $HATCHERY_SEED = 1 ]"] };
      const storage = await prepareProject(folder, { program, values: [1, 2], seeds: [2, 1] });
      const launched = startCommand("allaunch", LIST, folder);
      launched.child.stderr?.destroy();
      const { code, stdout } = await launched.ended;
      expect(code).to.equal(1);
      expect(stdout).to.include("2 completed, 2 crashed");
      expect(Object.values(flagsOf(storage))).to.have.members([
        "COMPLETED",
        "COMPLETED",
        "CRASH",
        "CRASH",
      ]);
    }),
  );
});

const WAITS_ONCE = `
import { appendFileSync, existsSync } from "node:fs";
export async function main() {
  appendFileSync("started", process.ppid + " " + process.pid + "\\n");
  if (!existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 68000));
}`;
