import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";

import { UserError } from "../../../src/errors.ts";
import { openReader } from "../../../src/tree/reading/reader.ts";
import { errorOf } from "../../support/error-of.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { diskFiles, testHost } from "../../support/test-host.ts";

function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** The original's layout: four runs, two learning rates. */
function putLogs(folder: string): void {
  for (const [id, lr] of [1e-3, 1e-2, 1e-1, 1e-2].entries()) {
    put(join(folder, String(id + 1)), {
      "metadata/config.yaml": `seed: ${id}\noptimizer:\n  lr: ${lr}\n  name: sgd\n`,
      "metadata/info.yaml": `log_id: ${id + 1}\nstatus: ${id === 3 ? "FAILED" : "COMPLETE"}\n`,
      "metadata/mlxp.yaml": "use_logger: true\n",
      "metrics/train.json": `{"loss":0.5,"epoch":0}\n{"loss":${lr},"epoch":1}\n`,
      "artifacts/Checkpoint/last_ckpt.pkl": "x",
    });
  }
}

/** A search as alprep makes it, as far as readers look at it. */
function putSearch(folder: string): string {
  const storage = join(folder, "ju1_nogit_mlp_digits_grid_first");
  put(storage, { "search.json": "{}" });
  for (const [experiment, seed] of [
    [1, 1],
    [1, 2],
    [2, 1],
    [10, 1],
  ] as const) {
    const run = join(storage, `experiment${experiment}/seed${seed}`);
    put(run, { "config.json": JSON.stringify({ lr: experiment / 10, seed }) });
    put(run, { [experiment === 2 ? "CRASH" : "COMPLETED"]: "\n" });
    put(run, { "recorders/train_recorder.jsonl": `{"loss":${experiment}}\n` });
  }
  return storage;
}

const open = (root: string) => openReader(root, testHost());
const runs = (found: Iterable<{ readonly info: object }>) =>
  [...found].map(({ info }) => ("run" in info ? info.run : undefined));

describe("Reader", () => {
  it(
    "finds the described runs in logs, with metrics read when they are asked for",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const results = (await open(folder)).filter(
        "config.optimizer.lr <= 1e-2 & info.status == 'COMPLETE'",
      );
      expect(results.toTable(["info.log_id", "config.optimizer.lr", "train.loss"])).to.deep.equal({
        columns: ["info.log_id", "config.optimizer.lr", "train.loss"],
        rows: [
          [1, 1e-3, [0.5, 1e-3]],
          [2, 1e-2, [0.5, 1e-2]],
        ],
      });
      const [first] = results;
      expect(first?.config).to.deep.equal({ seed: 0, optimizer: { lr: 1e-3, name: "sgd" } });
      expect(first?.get("artifacts.Checkpoint.last_ckpt")).to.equal(
        join(folder, "1/artifacts/Checkpoint/last_ckpt.pkl"),
      );
      expect(first?.metrics()).to.deep.equal([
        ["train", "loss"],
        ["train", "epoch"],
      ]);
      expect(results.filter("last(train.loss) < 5e-3")).to.have.lengthOf(1);
    }),
  );

  it(
    "reads searches, several of them at once, and named experiments at any depth",
    withTempDirectory(async (folder) => {
      const storage = putSearch(folder);
      put(join(folder, "results/vision/resnet"), { "config.json": '{"lr":7}' });
      const reader = await open(folder);
      expect(runs(reader.all)).to.deep.equal([
        "ju1_nogit_mlp_digits_grid_first/experiment1/seed1",
        "ju1_nogit_mlp_digits_grid_first/experiment1/seed2",
        "ju1_nogit_mlp_digits_grid_first/experiment2/seed1",
        "ju1_nogit_mlp_digits_grid_first/experiment10/seed1",
        "results/vision/resnet",
      ]);
      expect(reader.filter("info.task == 'digits' & info.algorithm == 'mlp'")).to.have.lengthOf(4);
      const own = await open(storage);
      expect(runs(own.filter("info.status == 'FAILED'"))).to.deep.equal(["experiment2/seed1"]);
      expect(runs(own.filter("last(train.loss) > 1"))).to.deep.equal([
        "experiment2/seed1",
        "experiment10/seed1",
      ]);
      expect(runs((await open(join(storage, "experiment1/seed2"))).all)).to.deep.equal(["seed2"]);
    }),
  );

  it(
    "opens no metric file for a query that names no metric",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const opened: string[] = [];
      const files: typeof diskFiles = {
        ...diskFiles,
        readChunks: (path) => (opened.push(path), diskFiles.readChunks(path)),
        list: (path) => (opened.push(path), diskFiles.list(path)),
        read: (path, limit) => (opened.push(path), diskFiles.read(path, limit)),
      };
      const reader = await openReader(folder, testHost({ files }));
      reader.filter("config.seed > 0 | has(info.log_id)").toTable();
      expect(opened.filter((path) => path.includes("metrics"))).to.deep.equal([]);
      // What needs none decides first.
      reader.filter("last(train.loss) < 1 & config.seed > 9");
      expect(opened.filter((path) => path.includes("metrics"))).to.deep.equal([]);
    }),
  );

  it(
    "groups, aggregates, selects and compares",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const { all } = await open(folder);
      const groups = all.groupBy("config.optimizer.lr");
      const table = groups.aggregate({ columns: ["config.seed"], summaries: ["mean", "count"] });
      expect(table).to.deep.equal({
        columns: ["config.optimizer.lr", "runs", "mean(config.seed)", "count(config.seed)"],
        rows: [
          [1e-3, 1, 0, 1],
          [1e-2, 2, 2, 2],
          [1e-1, 1, 2, 1],
        ],
      });
      expect(groups.filter(({ runs: { length } }) => length > 1)).to.have.lengthOf(1);
      const best = groups.select((one) => one.sort("config.seed", "descending").slice(0, 1));
      expect(best.toTable(["config.seed"]).rows).to.deep.equal([[0], [3], [2]]);
      expect(all.diff()).to.deep.equal(["config.seed", "config.optimizer.lr"]);
      expect(all.filter("config.seed == 1").diff()).to.deep.equal([]);
      expect(all.diff("info")).to.include("info.log_id");
    }),
  );

  it(
    "lists what can be asked for, and what was recorded",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      put(join(folder, "4"), { "metadata/config.yaml": "seed: text\nnew: [1]\n" });
      const reader = await open(folder);
      expect(reader.searchable.find(({ name }) => name === "config.seed")).to.deep.equal({
        name: "config.seed",
        type: "number | text",
        runs: 4,
      });
      expect(reader.searchable.find(({ name }) => name === "config.new")?.type).to.equal("list");
      const lazy = reader.fields.filter(({ runs: count }) => count === null);
      expect(lazy.map(({ name }) => name)).to.deep.equal([
        'artifacts.Checkpoint["last_ckpt.pkl"]',
        "train.epoch",
        "train.loss",
      ]);
    }),
  );

  it(
    "writes CSV and JSON",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const two = (await open(folder)).all.slice(0, 2);
      expect(two.toCsv(["info.log_id", "train.loss", "config.optimizer.name"])).to.equal(
        'info.log_id,train.loss,config.optimizer.name\n1,"[0.5,0.001]",sgd\n2,"[0.5,0.01]",sgd\n',
      );
      expect(two.toRecords(["info.log_id", "std(train.none)", "std(train.loss)"])[0]).to.have.keys(
        "info.log_id",
        "std(train.loss)",
      );
    }),
  );

  it(
    "refuses fields and metrics that nobody has, with the nearest",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      const { all } = await open(folder);
      const refusals: readonly (readonly [string, string, string])[] = [
        ["config.optimizer.lrr == 1", "config.optimizer.lrr", "config.optimizer.lr?"],
        ["config.lr == 1", "config.lr", "config.optimizer.lr?"],
        ["train.loss < 1", "train.loss", "last(train.loss)"],
        ["last(train.los) < 1", "last(train.los)", "train.loss?"],
      ];
      for (const [query, meant, remedy] of refusals) {
        const { code, message, hint } = errorOf(UserError, () => all.filter(query));
        const [, text = "", carets = ""] = message.split("\n");
        expect(code).to.equal("usage");
        expect(text.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).to.equal(meant);
        expect(hint).to.include(remedy);
      }
      expect(errorOf(UserError, () => all.toTable(["config.x"])).code).to.equal("usage");
      expect(all.filter("has(config.x)")).to.have.lengthOf(0);
    }),
  );

  it(
    "tells what has changed since the index was written, whatever it was",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      for (let id = 5; id <= 40; id += 1) {
        cpSync(join(folder, "1"), join(folder, String(id)), { recursive: true });
      }
      expect((await open(folder)).all).to.have.lengthOf(40);
      expect(readdirSync(folder)).to.include(".hatchery-index");
      put(folder, { "7/metadata/config.yaml": "optimizer:\n  lr: 0.5\n" });
      put(folder, { "8/CRASH": "\n", "41/metadata/config.yaml": "" });
      rmSync(join(folder, "9"), { recursive: true });
      const again = (await open(folder)).all;
      expect(again).to.have.lengthOf(40);
      expect(runs(again.filter("config.optimizer.lr == 0.5"))).to.deep.equal(["7"]);
      expect(runs(again.filter("info.status == 'FAILED'"))).to.deep.equal(["4", "8"]);
      expect(runs(again.filter("info.run == '9' | ~has(config.optimizer)"))).to.deep.equal(["41"]);
      for (const text of ["", "garbage", "hatchery index 1\n000000000002\n{}"]) {
        put(folder, { ".hatchery-index": text });
        expect((await open(folder)).all, text).to.have.lengthOf(40);
      }
    }),
  );

  it(
    "tells runs that go on from those whose worker is gone, whatever the index says",
    withTempDirectory(async (folder) => {
      const token = (run: number) => `${"a".repeat(24)}0000000${run}`;
      for (const run of [1, 2]) {
        put(join(folder, String(run)), {
          "metadata/config.yaml": "a: 1\n",
          "metadata/info.yaml": "status: RUNNING\n",
          [`OPENED.node.7.${token(run)}`]: "\n",
        });
      }
      const statuses = async (host = testHost()) =>
        (await openReader(folder, host)).all.toTable(["info.status"]).rows.flat();
      expect(await statuses()).to.deep.equal(["RUNNING", "RUNNING"]);
      const flag = join(folder, "2", `OPENED.node.7.${token(2)}`);
      const before = (seconds: number) => new Date(Date.now() - seconds * 1000);
      utimesSync(flag, before(140), before(140));
      expect(await statuses()).to.deep.equal(["RUNNING", "RUNNING"]);
      utimesSync(flag, before(170), before(170));
      expect(await statuses()).to.deep.equal(["RUNNING", "INTERRUPTED"]);
      expect((await open(folder)).filter("info.status == 'INTERRUPTED'")).to.have.lengthOf(1);
      // Of a worker of this machine that has ended, no lease has to be waited for.
      const { machineId, bootId, pidNamespace, userId } = testHost().machine;
      const worker = { worker: "a".repeat(24), machineId, bootId, pidNamespace, userId };
      const process = { pid: 2 ** 22 + 1, processStart: "1", hostName: "node", scheduler: null };
      const record = {
        schemaVersion: 1,
        ...worker,
        ...process,
        heartbeatMs: 15_000,
        startedAt: "",
      };
      put(folder, { [`.workers/${"a".repeat(24)}.json`]: JSON.stringify(record) });
      expect(await statuses()).to.deep.equal(["INTERRUPTED", "INTERRUPTED"]);
    }),
  );

  it(
    "reads a copy that must not be written to",
    withTempDirectory(async (folder) => {
      const logs = join(folder, "logs");
      putLogs(logs);
      chmodSync(logs, 0o555);
      const files = { ...diskFiles, isWritable: () => false };
      const environment = { XDG_CACHE_HOME: join(folder, "cache") };
      const host = testHost({ files, environment });
      expect((await openReader(logs, host)).all).to.have.lengthOf(4);
      expect(readdirSync(logs)).to.deep.equal(["1", "2", "3", "4"]);
    }),
  );

  it(
    "takes a run for what is left of it, whichever file is cut off, and where",
    withTempDirectory(async (folder) => {
      const owner = `node.7.${"a".repeat(32)}`;
      const record = { schemaVersion: 1, attempt: 1, owner, outcome: "completed" };
      const times = { startedAt: null, endedAt: "2026-01-01T00:00:00.000Z", seconds: 1 };
      const own: Readonly<Record<string, string>> = {
        "metadata/config.yaml": "seed: 1\noptimizer:\n  lr: 0.5\n  name: 'a b'\n",
        "metadata/info.yaml": "log_id: 9\nstatus: COMPLETE\n",
        "metadata/hatchery.yaml": "use_logger: true\n",
        "config.json": '{ "seed": 1 }\n',
        "run.json": JSON.stringify({
          ...record,
          cause: { kind: "done" },
          ...times,
          repositories: [],
        }),
        "metrics/train.json": '{"loss":0.5,"epoch":0}\n{"loss":0.25,"epoch":1}\n',
        COMPLETED: "\n",
      };
      const run = join(folder, "9");
      for (const [name, text] of Object.entries(own)) {
        for (let length = -1; length < text.length; length += 5) {
          rmSync(run, { recursive: true, force: true });
          put(run, own);
          if (length < 0) rmSync(join(run, name));
          else writeFileSync(join(run, name), text.slice(0, length));
          const { all } = await open(run);
          const of = `${name} up to ${length}`;
          expect(runs(all), of).to.deep.equal(["9"]);
          const [status, loss] = all.toTable(["info.status", "last(train.loss)"]).rows[0] ?? [];
          expect(status, of).to.equal("COMPLETE");
          expect(loss, of).to.be.oneOf(
            name.startsWith("metrics") ? [0.25, 0.5, undefined] : [0.25],
          );
        }
      }
    }),
  ).timeout(20_000);

  it(
    "takes files for what can be made of them, damaged by tools and people",
    withTempDirectory(async (folder) => {
      putLogs(folder);
      put(folder, {
        "1/metadata/config.yaml": "seed: 1\n\toptimizer: 2\n",
        "1/metrics/train.json": '{"loss":1}\n{"loss":NaN}\n{"loss":"text"}\n{"lo',
        "2/metadata/config.yaml": "a: &x {b: 1}\nc: *x\na: {<<: *x, d: 2}\n",
        "2/metadata/info.yaml": "- a list\n",
        "3/metadata/config.yaml": "a: &x [*x]\n? [1, 2]\n: 3\nn: .nan\n",
        "5/nothing": "",
      });
      rmSync(join(folder, "4/metadata"), { recursive: true });
      mkdirSync(join(folder, "4/metadata"));
      const { all } = await open(folder);
      expect(runs(all)).to.deep.equal(["1", "2", "3", "4"]);
      expect(runs(all.filter("has(info.unreadable)"))).to.deep.equal(["1", "2"]);
      expect(all.at(2)?.config["n"]).to.equal("NaN");
      expect(all.at(0)?.get("train.loss")).to.deep.equal([1, Number.NaN]);
      expect(all.at(1)?.config).to.deep.equal({ a: { b: 1, d: 2 }, c: { b: 1 } });
    }),
  );
});
