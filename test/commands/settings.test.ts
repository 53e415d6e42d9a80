import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import fc from "fast-check";
import yargs from "yargs";

import { COMMANDS } from "../../src/commands/all.ts";
import { launch } from "../../src/commands/launch.ts";
import { fillFromSettings } from "../../src/commands/settings.ts";
import { flagsOf } from "../../src/commands/settings/flags.ts";
import { SETTING_NAMES, settingName, settingVariable } from "../../src/commands/settings/names.ts";
import { status } from "../../src/commands/status.ts";
import { UserError } from "../../src/errors.ts";
import { STATUS_OPTIONS } from "../support/status-options.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const never = new AbortController().signal;

/** Where one setting may be said, the strongest first. */
type Said = {
  readonly flag?: number;
  readonly environment?: string;
  readonly project?: unknown;
  readonly user?: unknown;
};

describe("fillFromSettings", () => {
  it(
    "takes the flag, then the environment, the project's file, the user's own, and the default",
    withTempDirectory(async (folder) => {
      const said: Said[] = [
        { flag: 9, environment: "8", project: 7, user: 6 },
        { environment: "8", project: 7, user: 6 },
        { project: 7, user: 6 },
        { user: 6 },
        {},
      ];
      const taken: (number | undefined)[] = [];
      for (const one of said) taken.push((await parseLaunch(folder, one)).nProcesses);
      expect(taken).to.deep.equal([9, 8, 7, 6, 1]);
    }),
  );

  it(
    "reads the environment as the flag's type",
    withTempDirectory(async (folder) => {
      const environment = {
        HATCHERY_STAY: "yes",
        HATCHERY_CHECK_HASH: "0",
        HATCHERY_HEARTBEAT: "2.5",
        HATCHERY_LOG_LEVEL: "warn",
        HATCHERY_N_PROCESSES: "",
      };
      const options = await parse(folder, [], environment);
      expect(options).to.include({
        stay: true,
        checkHash: false,
        heartbeat: 2.5,
        logLevel: "warn",
      });
      expect(options.nProcesses).to.equal(1);
    }),
  );

  it(
    "refuses what is misspelt or of the wrong type, and says where it stands",
    withTempDirectory(async (folder) => {
      const wrong: readonly (readonly [Said, string])[] = [
        [{ environment: "four" }, "HATCHERY_N_PROCESSES"],
        [{ project: "4" }, "options.nProcesses"],
        [{ user: true }, "config.yaml"],
      ];
      for (const [said, place] of wrong)
        expect(await failure(parseLaunch(folder, said))).to.include(place);
      for (const [environment, meant] of [
        [{ HATCHERY_N_PROCESES: "4" }, "HATCHERY_N_PROCESSES"],
        [{ HATCHERY_STAY: "maybe" }, "true or false"],
        [{ HATCHERY_LOG_LEVEL: "loud" }, "debug, info"],
      ] as const) {
        expect(await failure(parse(folder, [], environment))).to.include(meant);
      }
      writeFileSync(join(folder, "hatchery.config.json"), '{ "options": { "n_proceses": 4 } }');
      expect(await failure(parse(folder, [], {}))).to.include('"n_processes"');
    }),
  );

  it(
    "leaves the variables alone that programs are given, and those of others",
    withTempDirectory(async (folder) => {
      const environment = {
        HATCHERY_CONFIG: "x",
        HATCHERY_SEED: "1",
        HATCHERY_MY_OWN: "2",
        GRACE: "3",
      };
      expect((await parse(folder, [], environment)).grace).to.equal(10);
    }),
  );

  it(
    "refuses a setting that is said twice",
    withTempDirectory(async (folder) => {
      const file = join(folder, "hatchery.config.json");
      writeFileSync(file, '{ "options": { "nProcesses": 4, "n-processes": 5 } }');
      expect(await failure(parse(folder, [], {}))).to.include("a second time");
      writeFileSync(file, '{ "rootDir": "a", "options": { "root_dir": "b" } }');
      expect(await failure(parse(folder, [], {}))).to.include("twice");
    }),
  );

  it(
    "reads paths of a file from its folder, and those of variables from the working folder",
    withTempDirectory(async (folder) => {
      mkdirSync(join(folder, "inner"));
      writeFileSync(join(folder, "hatchery.config.yaml"), "options: { root_dir: runs }\n");
      const inner = join(folder, "inner");
      expect((await parse(inner, [], {})).rootDir).to.equal(join(folder, "runs"));
      const environment = { HATCHERY_ROOT_DIR: "there" };
      expect((await parse(inner, [], environment)).rootDir).to.equal(join(inner, "there"));
    }),
  );
});

describe("settingName", () => {
  it("is the same for every spelling", () => {
    for (const name of SETTING_NAMES) {
      const words = name.split("_");
      const camel = words.map((word, index) =>
        index === 0 ? word : (word[0] ?? "").toUpperCase() + word.slice(1),
      );
      for (const spelling of [name, words.join("-"), camel.join("")]) {
        expect(settingName(spelling)).to.equal(name);
      }
    }
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(settingName(settingName(text))).to.equal(settingName(text));
      }),
    );
  });
});

describe("SETTING_NAMES", () => {
  it("are flags of some command, with one type each", async () => {
    const types = new Map<string, Set<string>>();
    for (const command of COMMANDS) {
      for (const { name, type } of await flagsOf(command)) {
        types.set(name, (types.get(name) ?? new Set()).add(type));
      }
    }
    for (const name of SETTING_NAMES) expect(types.get(name), name).to.have.property("size", 1);
  });

  it("do not include what a program is given in the same variables", () => {
    expect(SETTING_NAMES.map(settingVariable)).not.to.include.members([
      "HATCHERY_CONFIG",
      "HATCHERY_SEED",
    ]);
  });
});

describe("alstatus --config", () => {
  it(
    "shows every setting with its value and where it comes from",
    withTempDirectory(async (folder) => {
      writeFileSync(
        join(folder, "hatchery.config.json"),
        JSON.stringify({ metric: { name: "loss" }, rootDir: "runs", options: { grace: 3 } }),
      );
      const host = testHost({ workingFolder: folder, environment: { HATCHERY_STAY: "1" } });
      const view = { kind: "config", given: { skip_missing: true } } as const;
      const report = await status.run({ ...STATUS_OPTIONS, view }, host, never, never);
      if (report.kind !== "config") throw new Error(report.kind);
      const shown = new Map(report.settings.map((one) => [one.name, one]));
      expect([...shown.keys()]).to.include.members([...SETTING_NAMES, "metric"]);
      expect(shown.get("root_dir")).to.include({ value: join(folder, "runs"), source: "project" });
      expect(shown.get("grace")).to.include({ value: "3", source: "project" });
      expect(shown.get("stay")).to.include({
        value: true,
        source: "environment",
        place: "HATCHERY_STAY",
      });
      expect(shown.get("skip_missing")).to.include({ value: true, source: "flag" });
      expect(shown.get("n_processes")).to.include({ value: 1, source: "default", place: null });
      expect(status.render(report)).to.match(/grace +3 +project \(.*options\.grace\) +allaunch/);
    }),
  );

  it(
    "says which file of this machine alprep would read",
    withTempDirectory(async (folder) => {
      writeFileSync(join(folder, "package.json"), "{}");
      const host = testHost({ workingFolder: folder });
      const view = { kind: "config", given: {} } as const;
      const shown = async () => {
        const report = await status.run({ ...STATUS_OPTIONS, view }, host, never, never);
        if (report.kind !== "config") throw new Error(report.kind);
        return report.settings.find(({ name }) => name === "machine_file");
      };
      expect(await shown()).to.include({ value: null, source: "default", place: null });
      const place = join(folder, "hatchery.machine.json");
      writeFileSync(place, "{}");
      expect(await shown()).to.include({ value: "hatchery.machine.json", place });
    }),
  );

  it(
    "refuses what any command would refuse",
    withTempDirectory(async (folder) => {
      const host = testHost({ workingFolder: folder, environment: { HATCHERY_TOP_K: "many" } });
      const view = { kind: "config", given: {} } as const;
      const error = await failure(status.run({ ...STATUS_OPTIONS, view }, host, never, never));
      expect(error).to.include("HATCHERY_TOP_K");
    }),
  );
});

async function parseLaunch(folder: string, { flag, environment, project, user }: Said) {
  const options = (value: unknown) =>
    value === undefined ? {} : { options: { nProcesses: value } };
  writeFileSync(join(folder, "hatchery.config.json"), JSON.stringify(options(project)));
  mkdirSync(join(folder, "home", "hatchery"), { recursive: true });
  writeFileSync(join(folder, "home", "hatchery", "config.yaml"), JSON.stringify(options(user)));
  const words = flag === undefined ? [] : ["-p", String(flag)];
  return parse(folder, words, {
    XDG_CONFIG_HOME: join(folder, "home"),
    ...(environment === undefined ? {} : { HATCHERY_N_PROCESSES: environment }),
  });
}

function parse(
  folder: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
) {
  writeFileSync(join(folder, "package.json"), "{}");
  const args = yargs([...words])
    .exitProcess(false)
    .fail(false);
  return launch.parse(fillFromSettings(args, testHost({ workingFolder: folder, environment })));
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => "nothing failed",
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(UserError).with.property("code", "config-invalid");
  return String(error);
}
