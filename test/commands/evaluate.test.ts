import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { runCommand } from "../support/commands.ts";
import { LIST, prepareProject } from "../support/small-project.ts";
import { withTempDirectory } from "../support/temp-directory.ts";

/** Leaves a model, and measures it: the better, the larger `x`. */
const PROGRAM = `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
export const getRunArgs = () => ({ x: 0 });
export function main({ config, tree, recorder }) {
  recorder.record({ loss: 1 });
  writeFileSync(tree.runFolder + "/model.txt", String(config.x));
}
export function evaluate({ tree, config, evaluation, recorder }) {
  appendFileSync("calls.txt", config.x + "/" + config.seed + "/" + evaluation.number + "\\n");
  if (existsSync("broken.txt") && config.x === 2) throw new Error("the model is broken");
  recorder.record({ loss: 99 });
  const x = Number(readFileSync(tree.runFolder + "/model.txt", "utf8"));
  return { reward: x + evaluation.number / 10, steps: 5 };
}`;

const FLAGS = ["--performance_metric", "evaluation_runs.reward", "--performance_direction"];
const EVALUATE = [...LIST, ...FLAGS, "maximise", "--n_eval_runs", "3", "--json"];

type Scores = {
  readonly method: readonly string[];
  readonly tasks: readonly {
    readonly experiments: readonly {
      readonly experiment: number;
      readonly seeds: readonly { readonly score: number }[];
    }[];
  }[];
};

/** A finished search over x = 1, 2, with a module of this text. */
async function trained(folder: string, text = PROGRAM): Promise<string> {
  const files = { "main.js": text };
  const program = { module: "main.js" };
  const storage = await prepareProject(folder, { files, program, values: [1, 2] });
  expect(await runCommand("allaunch", LIST, folder)).to.have.property("code", 0);
  return storage;
}

async function bench(folder: string, args: readonly string[] = EVALUATE): Promise<Scores> {
  const { code, stdout, stderr } = await runCommand("albench", args, folder);
  expect(code, stderr).to.equal(0);
  return JSON.parse(stdout) as Scores;
}

const scoresOf = ({ tasks }: Scores) =>
  tasks[0]?.experiments.map(({ experiment, seeds }) => [experiment, seeds[0]?.score]);
const callsIn = (folder: string) =>
  readFileSync(join(folder, "calls.txt"), "utf8").trim().split("\n");

describe("evaluation_runs", () => {
  it(
    "calls the program's evaluate for each completed run, and ranks by what it measures",
    withTempDirectory(async (folder) => {
      const storage = await trained(folder);
      const scores = await bench(folder);
      expect(scoresOf(scores)).to.deep.equal([
        [2, (2.1 + 2.2 + 2.3) / 3],
        [1, (1.1 + 1.2 + 1.3) / 3],
      ]);
      expect(callsIn(folder)).to.deep.equal(["1/1/1", "1/1/2", "1/1/3", "2/1/1", "2/1/2", "2/1/3"]);
      expect(scores.method.join("\n")).to.match(/mean of reward of evaluation[^]*2 now, 0 as they/);
      const run = join(storage, "experiment1/seed1");
      expect(readdirSync(join(run, "recorders")).sort()).to.deep.equal([
        "evaluation_recorder.jsonl",
        "train_recorder.jsonl",
      ]);
      expect(readdirSync(run).filter((name) => name.startsWith("logger"))).to.deep.equal([
        "logger.out",
      ]);
    }),
  ).timeout(60_000);

  it(
    "evaluates nothing again, adds what is missing, and starts anew on request",
    withTempDirectory(async (folder) => {
      await trained(folder);
      const first = scoresOf(await bench(folder));
      writeFileSync(join(folder, "calls.txt"), "");
      expect(scoresOf(await bench(folder))).to.deep.equal(first);
      expect(callsIn(folder)).to.deep.equal([""]);
      await bench(folder, [...EVALUATE.slice(0, -2), "4", "--json"]);
      expect(callsIn(folder)).to.deep.equal(["1/1/4", "2/1/4"]);
      writeFileSync(join(folder, "calls.txt"), "");
      await bench(folder, [...EVALUATE, "--re_run_if_exists", "--n_processes", "2"]);
      expect(callsIn(folder)).to.have.lengthOf(6);
    }),
  ).timeout(60_000);

  it(
    "leaves out the runs that cannot be evaluated, and says why",
    withTempDirectory(async (folder) => {
      const storage = await trained(folder);
      appendFileSync(join(folder, "broken.txt"), "");
      const { code, stdout } = await runCommand("albench", EVALUATE.slice(0, -1), folder);
      expect(code).to.equal(0);
      expect(stdout).to.include("1 runs could not be evaluated").and.include("model is broken");
      expect(stdout).to.include("no score");
      const left = readdirSync(join(storage, "experiment2/seed1"), { recursive: true });
      expect(left.filter((name) => /evaluation|logger\./.test(String(name)))).to.deep.equal([
        "logger.out",
      ]);
    }),
  ).timeout(60_000);

  for (const [what, text, words] of [
    [
      "has no evaluate",
      PROGRAM.replace("export function evaluate", "function other"),
      "exports no",
    ],
    [
      "returns no numbers",
      PROGRAM.replace("reward: x", 'name: "a", reward: x'),
      "expected a number",
    ],
  ] as const) {
    it(
      `says what is expected of a program that ${what}`,
      withTempDirectory(async (folder) => {
        await trained(folder, text);
        const { code, stderr } = await runCommand("albench", EVALUATE.slice(0, -1), folder);
        expect(code).to.equal(2);
        expect(stderr).to.include("No run could be evaluated").and.include(words);
      }),
    ).timeout(60_000);
  }

  it(
    "refuses commands, and keys that evaluate does not give",
    withTempDirectory(async (folder) => {
      await trained(folder);
      const other = EVALUATE.map((word) => word.replace(".reward", ".rewrd")).slice(0, -1);
      const { code, stderr } = await runCommand("albench", other, folder);
      expect(code).to.equal(2);
      expect(stderr).to.include('Did you mean "reward"?');
      const program = { command: ["true"] };
      await prepareProject(folder, { program, values: [1, 2] });
      const refused = await runCommand("albench", EVALUATE.slice(0, -1), folder);
      expect(refused).to.include({ code: 2 });
      expect(refused.stderr).to.include("only modules can export evaluate()");
    }),
  ).timeout(60_000);

  it(
    "chooses what is retrained, too",
    withTempDirectory(async (folder) => {
      await trained(folder);
      const flags = EVALUATE.map((word) => word.replace("maximise", "minimise"));
      const options = [...flags, "--train_time_factor", "1", "--dry_run"];
      const { code, stdout, stderr } = await runCommand("alretrain", options, folder);
      expect(code, stderr).to.equal(0);
      const { retrainings } = JSON.parse(stdout) as {
        retrainings: readonly { experiments: readonly { from: number; score: number }[] }[];
      };
      expect(retrainings[0]?.experiments[0]).to.deep.include({ from: 1, score: 1.2 });
    }),
  ).timeout(60_000);
});
