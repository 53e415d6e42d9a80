import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { findProject, storageRoot } from "../../src/commands/project.ts";
import { UserError } from "../../src/errors.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

describe("findProject", () => {
  it(
    "finds the nearest settings file within the repository, before package.json",
    withTempDirectory(async (folder) => {
      const inner = makeFolders(folder, ".git", "packages/train/schedules/a");
      writeFileSync(
        join(folder, "hatchery.config.yaml"),
        "metric: { name: loss }\nrootDir: runs\n",
      );
      writeFileSync(join(folder, "packages", "train", "package.json"), "{}");
      const project = await findProject(testHost({ workingFolder: "/" }), inner);
      expect(project).to.deep.equal({
        root: folder,
        settingsFile: join(folder, "hatchery.config.yaml"),
        settings: {
          metric: {
            name: "loss",
            series: "train",
            direction: "maximise",
            aggregation: "mean_on_last_20_percents",
          },
          rootDir: "runs",
        },
      });
    }),
  );

  it(
    "does not look for settings above the repository",
    withTempDirectory(async (folder) => {
      const inner = makeFolders(folder, "project/.git", "project/schedules");
      writeFileSync(join(folder, "hatchery.config.json"), "{}");
      const project = await findProject(testHost(), inner);
      expect(project).to.deep.include({ root: join(folder, "project"), settingsFile: undefined });
    }),
  );

  it(
    "takes the nearest package.json where there are no settings",
    withTempDirectory(async (folder) => {
      const inner = makeFolders(folder, "project/schedules");
      writeFileSync(join(folder, "project", "package.json"), "{}");
      expect((await findProject(testHost(), inner)).root).to.equal(join(folder, "project"));
    }),
  );

  it(
    "refuses unknown and wrong settings, and two files",
    withTempDirectory(async (folder) => {
      const path = join(folder, "hatchery.config.json");
      const wrong = [
        { progam: { module: "main.ts" } },
        { program: { module: 3 } },
        { metric: "accuracy" },
        { rootDir: 3 },
        { repositories: [] },
        [],
      ];
      for (const settings of wrong) {
        writeFileSync(path, JSON.stringify(settings));
        await expectInvalid(folder, JSON.stringify(settings));
      }
      writeFileSync(path, "{}");
      writeFileSync(join(folder, "hatchery.config.yaml"), "{}");
      await expectInvalid(folder, "two files");
    }),
  );

  it(
    "suggests the setting that was probably meant",
    withTempDirectory(async (folder) => {
      writeFileSync(join(folder, "hatchery.config.json"), '{ "progam": 1 }');
      expect(await findProject(testHost(), folder).catch(String)).to.include('"program"');
    }),
  );
});

describe("storageRoot", () => {
  const project = { root: "/p", settings: { rootDir: "runs" }, settingsFile: undefined };

  it("comes from the flag, the project's file, and then the default", () => {
    const host = testHost({ workingFolder: "/p/w" });
    expect(storageRoot("flag", project, host)).to.equal("/p/w/flag");
    expect(storageRoot(undefined, project, testHost())).to.equal("/p/runs");
    expect(storageRoot(undefined, { ...project, settings: {} }, testHost())).to.equal("/p/storage");
  });
});

/** @returns the last of the folders made */
function makeFolders(parent: string, ...paths: readonly string[]): string {
  for (const path of paths) mkdirSync(join(parent, path), { recursive: true });
  return join(parent, paths.at(-1) ?? "");
}

async function expectInvalid(folder: string, what: string): Promise<void> {
  const error: unknown = await findProject(testHost(), folder).catch((one: unknown) => one);
  expect(error, what).to.be.instanceOf(UserError).with.property("code", "config-invalid");
}
