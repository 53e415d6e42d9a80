import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "chai";

import { runCommand } from "./support/commands.ts";
import { LIST, prepareProject } from "./support/small-project.ts";
import { withTempDirectory } from "./support/temp-directory.ts";

const RETRAIN = ["--best_experiments_mapping", "best.json", "--train_time_key", "x", "--dry_run"];

const validators = new Map(
  readdirSync("schemas")
    .filter((file) => file.startsWith("al"))
    .map((file) => [file.replace(".schema.json", ""), compile(file)]),
);

/** Fails on x = 2, records otherwise. */
const PROGRAM = `
import { appendFileSync } from "node:fs";
const [, , x, recorder] = process.argv;
if (x === "2") throw new Error("diverged at " + Math.random());
appendFileSync(recorder, JSON.stringify({ loss: Number(x) }) + "\\n");
`;

describe("what commands print with --json", function () {
  this.timeout(60_000);

  it(
    "is as their schemas say",
    withTempDirectory(async (folder) => {
      const storage = await prepareProject(folder, {
        files: { "main.js": PROGRAM },
        program: { command: [process.execPath, "main.js", "{x}", "{recorder_file}"] },
        values: [1, 2],
      });
      const print = (name: string, ...args: readonly string[]) => expectValid(name, args, folder);
      await print("alprep", "-f", "grid_schedule_small.json", "--dry_run");
      const asked = ["grid_schedule_small.json", "--explain_config", "x"];
      expect(await print("alprep", ...asked)).to.have.nested.property("explanation.key", "x");
      const name = storage.split("/").at(-1) ?? "";
      writeFileSync(join(folder, "best.json"), JSON.stringify({ [name]: 1 }));
      await print("alstatus", "--explain", `${name}/experiment1/seed1`);
      expect(await print("allaunch", ...LIST)).to.have.property("completed", 1);
      await print("allaunch", ...LIST, "--scheduler", "slurm", "--dry_run");
      await print("allaunch", ...LIST, "--cancel", "--dry_run");
      await print("allaunch", ...LIST, "--scheduler", "slurm", "--job_scripts");
      await print("alsub", `storage/${name}/jobscripts.lst`, "--dry_run");
      await print("alstatus");
      await print("alstatus", "--runs");
      expect(await print("alstatus", "--errors"))
        .to.have.property("groups")
        .with.lengthOf(1);
      const explained = await print("alstatus", "--explain", "experiment2/seed1", "-s", name);
      expect(explained).to.include({ kind: "explain", state: "crashed" });
      await print("alstatus", "--log", "experiment2/seed1", "-s", name);
      await print("alstatus", "--config");
      await print("alclean", ...LIST, "--clean_crashes", "--dry_run");
      await print("aldoctor", "-s", name);
      expect(await print("alquery", "storage", "last(train.loss) == 1")).to.include({ found: 1 });
      await print("alquery", "storage", "--fields", "--group_by", "info.status");
      await print("alinit", "--folder", "new", "--language", "python");
      await print("alretrain", ...LIST, ...RETRAIN);
      await print("alcopy", ...LIST, "--additional_param", "more=1", "--dry_run");
      expect(await print("alcopy", ...LIST)).to.have.nested.property("copies[0].runs", 2);
      await print("alcopy", ...LIST);
      await print("alplot", ...LIST, "--plots_to_make", "None, loss");
      const loss = ["--performance_metric", "loss", "--performance_direction", "minimise"];
      await print("albench", ...LIST, ...loss, "--importance");
      await print("albench", ...LIST, ...loss, "--benchmark_type", "compare_models");
      rmSync(join(storage, "experiment1", "seed1", "config_unique.json"));
      writeFileSync(join(storage, "experiment2", "seed1", "config.json"), "{");
      await print("alupdate", ...LIST, "--dry_run");
      expect(await print("alupdate", ...LIST, "--yes")).to.have.nested.property(
        "storages[0].written",
        1,
      );
    }),
  );

  it(
    "is as they say also when a command fails",
    withTempDirectory(async (folder) => {
      for (const name of validators.keys()) {
        expect(await expectValid(name, ["--no_such_flag"], folder)).to.have.property("error");
      }
    }),
  );

  it("has a schema for every command", () => {
    const commands = readdirSync("bin").map((file) => file.replace(".ts", ""));
    expect([...validators.keys()].sort()).to.deep.equal(commands.sort());
  });
});

async function expectValid(
  name: string,
  args: readonly string[],
  folder: string,
): Promise<unknown> {
  const { stdout, stderr } = await runCommand(name, [...args, "--json"], folder);
  const value: unknown = JSON.parse(stdout);
  const validate = validators.get(name);
  const isValid = validate?.(value);
  expect(
    isValid,
    `${name} ${args.join(" ")}: ${JSON.stringify(validate?.errors)}\n${stdout}${stderr}`,
  ).to.equal(true);
  return value;
}

function compile(file: string): ValidateFunction {
  const schema = JSON.parse(readFileSync(join("schemas", file), "utf8")) as object;
  // Types such as ["string", "null"] are what a field that may be missing looks like.
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
}
