import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { update, type UpdateOptions, type UpdateReport } from "../../src/commands/update.ts";
import type { Host } from "../../src/host.ts";
import { readSearchFacts, writeSearchFacts } from "../../src/tree/search-file.ts";
import { readVariations } from "../../src/tree/variations-file.ts";
import { dyingFiles, Killed } from "../support/dying-files.ts";
import { GRID, prepareIn, RANDOM } from "../support/prepare-in.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { diskFiles, testHost } from "../support/test-host.ts";
import { treeText } from "../support/tree-text.ts";

const never = new AbortController().signal;
const OWNER = `OPENED.node-1.77.${"a".repeat(32)}`;

const DEFAULTS: UpdateOptions = {
  fromFile: "list_searches_a.txt",
  storageNames: [],
  rootDir: undefined,
  skipMissing: false,
  dryRun: false,
  yes: true,
};

function run(
  project: string,
  options: Partial<UpdateOptions> = {},
  overrides: Partial<Host> = {},
): Promise<UpdateReport> {
  const host = testHost({ workingFolder: project, ...overrides });
  return update.run({ ...DEFAULTS, ...options }, host, never, never);
}

/** A storage with a grid of `lr`, to which somebody has added experiments that vary `units`, too. */
async function grown(project: string): Promise<string> {
  const before = { ...GRID, variations: { lr: [0.1, 0.01] } };
  const { storages } = await prepareIn(project, before);
  const name = storages[0]?.name ?? "";
  const after = { ...GRID, variations: { lr: [0.1], units: [8, 16] } };
  await prepareIn(project, after, { addToFolder: name });
  return join(project, "storage", name);
}

const uniqueOf = (storage: string, run: string): unknown =>
  JSON.parse(readFileSync(join(storage, run, "config_unique.json"), "utf8"));
const pathsOf = ({ storages }: UpdateReport) =>
  storages.flatMap(({ updates }) => updates.map(({ path }) => path));

describe("alupdate", () => {
  it(
    "writes what varies by now into every run, and nothing else",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      expect(uniqueOf(storage, "experiment1/seed1")).to.deep.equal({ lr: 0.1 });
      const before = treeText(storage);
      const report = await run(project);
      expect(report.storages[0]).to.include({ runs: 6, written: 4 });
      expect(uniqueOf(storage, "experiment1/seed1")).to.deep.equal({ lr: 0.1, units: 8 });
      expect(uniqueOf(storage, "experiment3/seed2")).to.deep.equal({ lr: 0.1, units: 16 });
      const changed = Object.entries(treeText(storage)).filter(
        ([path, text]) => before[path] !== text,
      );
      expect(changed.map(([path]) => path)).to.deep.equal(pathsOf(report).sort());
      expect(update.render(report)).to.include("Brought 4 files up to date");
      const again = await run(project, { yes: false });
      expect(again.storages[0]).to.deep.include({ updates: [], written: 0 });
      expect(update.render(again)).to.include("Up to date: 1 storage.");
    }),
  );

  it(
    "follows the configuration: another value, a dropped name, a file that is cut or missing",
    withTempDirectory(async (project) => {
      const { storages } = await prepareIn(project, GRID);
      const storage = join(project, "storage", storages[0]?.name ?? "");
      const write = (number: number, text: string) => {
        const path = join(storage, `experiment${number}`, "seed1", "config_unique.json");
        writeFileSync(path, text);
      };
      write(1, '{"lr": 7, "old": 1, "optimizer.name": "sgd", "units": 3}');
      write(2, '{"lr"');
      write(3, "[]");
      rmSync(join(storage, "experiment4", "seed1", "config_unique.json"));
      const report = await run(project);
      expect(report.storages[0]).to.include({ written: 4 });
      expect(report.storages[0]?.updates[0]?.what).to.equal(
        "lr is 0.1, not 7; old is dropped; units is 8, not 3",
      );
      const expected = { lr: 0.1, "optimizer.name": "sgd", units: 8 };
      expect(uniqueOf(storage, "experiment1/seed1")).to.deep.equal(expected);
      for (const number of [2, 3, 4]) {
        const [one, other] = ["seed1", "seed2"].map((seed) =>
          uniqueOf(storage, `experiment${number}/${seed}`),
        );
        expect(one).to.deep.equal(other);
      }
    }),
  );

  it(
    "leaves runs alone that somebody is at work on, also one that is claimed meanwhile",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      const seed = (name: string) => join(storage, "experiment1", name);
      renameSync(join(seed("seed1"), "UNHATCHED"), join(seed("seed1"), OWNER));
      const before = treeText(seed("seed1"));
      const confirm = () => {
        renameSync(join(seed("seed2"), "UNHATCHED"), join(seed("seed2"), OWNER));
        return Promise.resolve(true);
      };
      const terminal = { ...testHost().terminal, confirm };
      const report = await run(project, { yes: false }, { terminal });
      expect(report.storages[0]).to.deep.include({ held: ["experiment1/seed1"], written: 2 });
      expect(update.render(report)).to.include("somebody is at work there: experiment1/seed1");
      expect(treeText(seed("seed1"))).to.deep.equal(before);
      expect(uniqueOf(storage, "experiment1/seed2")).to.deep.equal({ lr: 0.1 });
      renameSync(join(seed("seed1"), OWNER), join(seed("seed1"), "COMPLETED"));
      expect((await run(project)).storages[0]).to.include({ written: 1 });
    }),
  );

  it(
    "records what has become volatile and what seeds there are, and says what is the same by now",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      await run(project);
      const host = testHost();
      const facts = readSearchFacts(storage, host);
      writeSearchFacts(storage, { ...facts, seeds: [1] }, host);
      writeFileSync(join(project, "hatchery.config.json"), '{"volatile": ["units"]}');
      const report = await run(project);
      expect(report.storages[0]?.updates).to.deep.equal([
        { path: "search.json", what: "seeds 2 are added; units are volatile" },
      ]);
      expect(report.storages[0]?.same).to.deep.equal([[1, 3]]);
      expect(update.render(report)).to.include("experiment1, experiment3 are the same but for");
      expect(readSearchFacts(storage, host)).to.deep.equal({ ...facts, volatile: ["units"] });
    }),
  );

  it(
    "puts experiments and values into variations.json that it lacks, and takes none out",
    withTempDirectory(async (project) => {
      for (const [schedule, cut] of [
        [GRID, (text: string) => text.replace('"lr": [0.1,0.01,0.001]', '"lr": [5,0.1]')],
        [RANDOM, (text: string) => text.replace(/,\n {4}\{"experiment":5.*/, "")],
      ] as const) {
        rmSync(join(project, "storage"), { recursive: true, force: true });
        rmSync(join(project, "list_searches_a.txt"), { force: true });
        const { storages } = await prepareIn(project, schedule);
        const path = join(project, "storage", storages[0]?.name ?? "", "variations.json");
        const before = readFileSync(path, "utf8");
        writeFileSync(path, cut(before));
        expect(readFileSync(path, "utf8")).to.not.equal(before);
        expect(pathsOf(await run(project))).to.deep.equal(["variations.json"]);
        const after = readVariations(join(path, ".."), testHost());
        if (after.kind === "grid")
          expect(after.variations["lr"]).to.deep.equal([5, 0.1, 0.01, 0.001]);
        else expect(readFileSync(path, "utf8")).to.equal(before);
      }
    }),
  );

  it(
    "names runs whose configuration cannot be read, and goes on with the others",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      writeFileSync(join(storage, "experiment1", "seed1", "config.json"), '{"lr": ');
      rmSync(join(storage, "experiment1", "seed2", "config.json"));
      const report = await run(project);
      const [one] = report.storages;
      expect(one?.unreadable.map(({ run }) => run)).to.have.members([
        "experiment1/seed1",
        "experiment1/seed2",
      ]);
      expect(one?.unreadable.find(({ run }) => run.endsWith("1"))?.problem).to.match(
        /experiment1\/seed1\/config\.json is not valid JSON/,
      );
      expect(one?.written).to.equal(2);
      expect(update.exitCode?.(report)).to.equal(1);
    }),
  );

  it(
    "has no side effect with --dry_run, after a no, and where nobody can be asked",
    withTempDirectory(async (project) => {
      await grown(project);
      const before = treeText(project);
      const report = await run(project, { dryRun: true, yes: false });
      expect(pathsOf(report)).to.have.length(4);
      expect(report.storages[0]?.written).to.equal(0);
      const refusal = await refusalOf(run(project, { yes: false }));
      expect(refusal.code).to.equal("usage");
      expect(refusal.message).to.include("experiment1/seed1/config_unique.json: units is added: 8");
      const terminal = { ...testHost().terminal, confirm: () => Promise.resolve(false) };
      const no = await refusalOf(run(project, { yes: false }, { terminal }));
      expect(no.code).to.equal("refused");
      expect(treeText(project)).to.deep.equal(before);
    }),
  );

  it(
    "can be killed before any change: every file is whole, and a second call does the rest",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      const before = treeText(storage);
      await run(project);
      const after = treeText(storage);
      for (let allowed = 0; allowed < 4; allowed++) {
        rmSync(storage, { recursive: true });
        writeTree(storage, before);
        const { files } = dyingFiles(allowed);
        const error = await run(project, {}, { files }).catch((one: unknown) => one);
        expect(error).to.be.instanceOf(Killed);
        for (const [path, text] of Object.entries(treeText(storage)))
          expect([before[path], after[path]], path).to.include(text);
        const { storages } = await run(project);
        expect(storages[0]?.written).to.equal(4 - allowed);
        expect(treeText(storage)).to.deep.equal(after);
      }
    }),
  );

  it(
    "does the same twice at once, and leaves nothing behind on a full disk",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      const replace = () => {
        throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
      };
      const before = treeText(storage);
      const error = await run(project, {}, { files: { ...diskFiles, replace } }).catch(
        (one: unknown) => one,
      );
      expect(error).to.have.property("code", "ENOSPC");
      expect(treeText(storage)).to.deep.equal(before);
      const reports = await Promise.all([run(project), run(project)]);
      const written = reports.map(({ storages }) => storages[0]?.written ?? 0);
      expect((written[0] ?? 0) + (written[1] ?? 0)).to.equal(4);
      expect(uniqueOf(storage, "experiment1/seed1")).to.deep.equal({ lr: 0.1, units: 8 });
    }),
  );

  it(
    "does not mind a run folder that is gone by the time that it is to be written",
    withTempDirectory(async (project) => {
      const storage = await grown(project);
      const confirm = () => {
        rmSync(join(storage, "experiment1", "seed1"), { recursive: true });
        return Promise.resolve(true);
      };
      const terminal = { ...testHost().terminal, confirm };
      const report = await run(project, { yes: false }, { terminal });
      expect(report.storages[0]).to.include({ written: 3 });
      expect(readdirSync(join(storage, "experiment1"))).to.deep.equal(["seed2"]);
    }),
  );
});

/** Inverse of `treeText`. */
function writeTree(folder: string, tree: ReturnType<typeof treeText>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(tree)) {
    if (text === null) mkdirSync(join(folder, path), { recursive: true });
    else writeFileSync(join(folder, path), text);
  }
}
