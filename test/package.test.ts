import { execFile } from "node:child_process";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { withTempDirectory } from "./support/temp-directory.ts";

const run = promisify(execFile);

const PROGRAM = `
export const getRunArgs = () => ({ x: 0, rate: 0.1 });
export const main = ({ config, recorder }: import("hatchery").ExperimentContext) => {
  recorder.record({ accuracy: Number(config["x"]) });
};
`;
const TYPED_SCHEDULE = `
import { choice, defineRandomSchedule, logUniform } from "hatchery";
import { getRunArgs } from "./main.ts";

export default defineRandomSchedule({
  algNames: ["a"],
  taskNames: ["t"],
  seeds: [1],
  nExperiments: 2,
  samplerSeed: 1,
  program: { module: "main.ts" },
  metric: { name: "accuracy" },
  defaults: getRunArgs(),
  space: { x: choice([1, 2, 3, 4]), rate: logUniform(1e-3, 1) },
});
`;
const YAML_SCHEDULE = `
kind: grid
algNames: [a]
taskNames: [t]
seeds: [1]
program: { module: main.ts }
metric: { name: accuracy }
defaults: { x: 0, rate: 0.1 }
variations: { x: [1, 2] }
`;
const USER = `
import { type LaunchReport, openSearch, type Run, statistics } from "hatchery/library";

export const states = (storage: string) =>
  openSearch(storage).runs().map((run: Run) => run.state().kind);
export const failed = (report: LaunchReport): number => report.crashed.length;
export const middle: number = statistics.mean([1, 2, 3]);
`;

describe("the package", () => {
  it(
    "installs in an empty project: types, commands, schedules in TypeScript and YAML",
    withTempDirectory(async (folder) => {
      await install(folder);
      const files = {
        "package.json": '{"type":"module"}',
        "main.ts": PROGRAM,
        "random_schedule_typed.ts": TYPED_SCHEDULE,
        "grid_schedule_plain.yaml": YAML_SCHEDULE,
        "user.ts": USER,
      };
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      await checkTypes(folder, ["--module", "nodenext"]);
      await checkTypes(folder, ["--module", "esnext", "--moduleResolution", "bundler"]);
      for (const schedule of ["random_schedule_typed.ts", "grid_schedule_plain.yaml"]) {
        const prepared = await command(folder, "alprep", ["-f", schedule, "--quiet"]);
        const launched = await command(folder, "allaunch", ["-s", prepared.trim(), "--json"]);
        expect(JSON.parse(launched)).to.include({ completed: 2 });
      }
      const bins = await readdir(join(folder, "node_modules/hatchery/dist/bin"));
      expect(bins, "licences of what is bundled").to.include("THIRD-PARTY-NOTICES.txt");
      for (const bin of bins.filter((name) => /^al\w+\.js$/.test(name))) {
        expect(await command(folder, bin.replace(".js", ""), ["--help"])).to.include("Exit codes");
      }
    }),
  ).timeout(300_000);
});

/** Unpacks what `npm pack` makes, as an installation does; its dependencies are those of this project. */
async function install(folder: string): Promise<void> {
  const pack = ["pack", "--json", "--ignore-scripts", "--offline", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { maxBuffer: 1e8 });
  const [, tarball = ""] = /"filename": "([^"]+)"/.exec(stdout) ?? [];
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "hatchery"), { recursive: true });
  const target = join(modules, "hatchery");
  await run("tar", ["-xzf", join(folder, tarball), "--strip-components=1", "-C", target]);
  for (const name of await readdir("node_modules")) {
    if (name === "hatchery" || name.startsWith(".")) continue;
    await symlink(resolve("node_modules", name), join(modules, name));
  }
}

async function checkTypes(folder: string, flags: readonly string[]): Promise<void> {
  const common = ["--noEmit", "--strict", "--allowImportingTsExtensions", "--target", "es2023"];
  const files = ["main.ts", "random_schedule_typed.ts", "user.ts"];
  const tsc = resolve("node_modules/typescript/bin/tsc");
  const args = [tsc, ...common, "--types", "node", ...flags, ...files];
  await run(process.execPath, args, { cwd: folder }).catch((error: unknown) => {
    expect.fail(`tsc ${flags.join(" ")}: ${(error as { stdout: string }).stdout}`);
  });
}

async function command(folder: string, name: string, args: readonly string[]): Promise<string> {
  const path = join("node_modules/hatchery/dist/bin", `${name}.js`);
  return (await run(process.execPath, [path, ...args], { cwd: folder })).stdout;
}
