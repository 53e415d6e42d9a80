import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { expect } from "chai";

import { listRuns } from "../../src/tree/directory-tree.ts";
import { readSeries } from "../../src/tree/recording.ts";
import { runPath } from "../../src/tree/paths.ts";
import { runCommand, startCommand } from "../support/commands.ts";
import { withTempProcesses } from "../support/processes.ts";
import { flagsOf, linesOf, LIST, prepareProject, until } from "../support/small-project.ts";
import { diskFiles } from "../support/test-host.ts";

const host = { files: diskFiles };
const columnOf = (storage: string, experiment: number, key: string, series = "train") => {
  const { columns } = readSeries(runPath(storage, experiment, 1), series, [key], host);
  return [...(columns.get(key)?.values ?? [])];
};

describe("programs in Python", function () {
  this.timeout(60_000);

  it(
    "find the client, what they are given, and record by it",
    withTempProcesses(async (folder) => {
      const program = `
import hatchery
class Tensor:
    def __float__(self): return 0.25
assert hatchery.config["x"] == 7 and hatchery.seed == 1 and hatchery.attempt == 1
assert not hatchery.resume and not hatchery.stopping()
for step in range(3):
    hatchery.record(step=step, loss=[Tensor(), float("nan"), float("inf")][step])
hatchery.record(series="test", accuracy=1)
open(hatchery.run_dir + "/model", "w").close()
`;
      const storage = await prepareProject(folder, {
        files: { "train.py": program },
        program: { command: ["python3", "train.py"] },
        values: [7],
      });
      const { code, stderr } = await runCommand("allaunch", LIST, folder);
      expect(code, stderr).to.equal(0);
      expect(columnOf(storage, 1, "loss")).to.deep.equal([
        0.25,
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ]);
      expect(columnOf(storage, 1, "accuracy", "test")).to.deep.equal([1]);
      expect(existsSync(join(storage, "experiment1/seed1/model"))).to.equal(true);
    }),
  );

  it(
    "go on from their checkpoint after a signal, and supersede what they had recorded since",
    withTempProcesses(async (folder) => {
      const program = `
import os, time, hatchery
start = 1
if hatchery.resume:
    start = 3
    hatchery.resume_from(step=3)
for step in range(start, 6):
    hatchery.record(step=step, attempt=hatchery.attempt)
    while step == 4 and not hatchery.resume:
        open("waiting", "w").write("now\\n")
        if hatchery.stopping(): raise SystemExit("stopped")
        time.sleep(0.02)
`;
      const storage = await prepareProject(folder, {
        files: { "train.py": program },
        program: { command: ["python3", "train.py"] },
        values: [7],
      });
      const launched = startCommand("allaunch", LIST, folder);
      await until(() => linesOf(folder, "waiting").length > 0);
      launched.child.kill("SIGTERM");
      expect((await launched.ended).code).to.equal(143);
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(0);
      expect(columnOf(storage, 1, "step")).to.deep.equal([1, 2, 3, 4, 5]);
      expect(columnOf(storage, 1, "attempt")).to.deep.equal([1, 1, 2, 2, 2]);
    }),
  );

  it(
    "are recorded by what they print, on request",
    withTempProcesses(async (folder) => {
      const script = `
import sys
print("epoch  1: loss 0.5")
print("10%\\r50%\\repoch 2: loss nan", file=sys.stderr)
sys.stdout.buffer.write(b"\\xff\\xfe\\n")`;
      const output = { patterns: ["epoch {epoch}", "loss {loss}"], step: "epoch" };
      const storage = await prepareProject(folder, {
        program: { command: ["python3", "-c", script], output },
        values: [7],
      });
      expect((await runCommand("allaunch", LIST, folder)).code).to.equal(0);
      expect(columnOf(storage, 1, "epoch")).to.deep.equal([1, 2]);
      expect(columnOf(storage, 1, "loss")).to.deep.equal([0.5, Number.NaN]);
    }),
  );

  it(
    "of the examples are searched and learn the digits: plain Python, and NumPy that only prints",
    withTempProcesses(async (folder) => {
      for (const part of ["examples/digits-python", "examples/data", "schedules"]) {
        mkdirSync(dirname(join(folder, part)), { recursive: true });
        cpSync(part, join(folder, part), { recursive: true });
      }
      writeFileSync(join(folder, "package.json"), "{}");
      // Whose NumPy it is makes no difference.
      const path = `${dirname(pythonWithNumpy())}:${process.env["PATH"] ?? ""}`;
      for (const schedule of ["grid_schedule_digitsPython", "random_schedule_digitsNumpy"]) {
        const file = `schedules/${schedule.split("_").at(-1) ?? ""}/${schedule}.yaml`;
        const { stdout } = await runCommand("alprep", ["-f", file, "--quiet"], folder);
        const name = stdout.trim();
        const flags = ["-s", name, "--n_experiments_per_proc", "1"];
        const { code, stderr } = await runCommand("allaunch", flags, folder, { PATH: path });
        expect(code, stderr).to.equal(0);
        const storage = join(folder, "storage", name);
        const completed = Object.entries(flagsOf(storage)).find(([, flag]) => flag === "COMPLETED");
        const [experiment = "0"] = completed?.[0].split("/") ?? [];
        const accuracy = columnOf(storage, Number(experiment), "accuracy");
        expect(accuracy.at(-1), name).to.be.above(0.9);
        expect(listRuns(storage, host)).to.have.length.above(17);
      }
    }),
  );
});

/** @throws Error if there is none: the tests do not pass in silence without it */
function pythonWithNumpy(): string {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      const command = "import numpy, sys; print(sys.executable)";
      return resolve(
        execFileSync(python, ["-c", command], { encoding: "utf8", stdio: "pipe" }).trim(),
      );
    } catch {
      continue;
    }
  }
  throw new Error("No Python with NumPy here: install python3-numpy, or pip install numpy.");
}
