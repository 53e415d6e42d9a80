import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import type { Images } from "../../../src/host.ts";
import { GRID, prepareIn, RANDOM } from "../../support/prepare-in.ts";
import { withTempDirectory } from "../../support/temp-directory.ts";
import { testHost } from "../../support/test-host.ts";

/** Keeps what is drawn; the figure is the word "figure". */
function collectingImages(): { readonly images: Images; readonly drawn: string[] } {
  const drawn: string[] = [];
  const render = (specification: object) => {
    drawn.push(JSON.stringify(specification));
    return Promise.resolve(new TextEncoder().encode("figure"));
  };
  return { images: { render }, drawn };
}

const figuresIn = (storage: string) =>
  readdirSync(storage)
    .filter((name) => name.endsWith(".png"))
    .sort();

describe("the figure of a search's values", () => {
  it(
    "stands in the storage when it appears, log axes where the distribution has one",
    withTempDirectory(async (project) => {
      const { images, drawn } = collectingImages();
      const { storages } = await prepareIn(project, RANDOM, {}, { images });
      const storage = join(project, "storage", storages[0]?.name ?? "");
      expect(figuresIn(storage)).to.deep.equal(["variations1.png"]);
      expect(readFileSync(join(storage, "variations1.png"), "utf8")).to.equal("figure");
      expect(drawn).to.have.length(1);
      expect(drawn[0]).to.include('"type":"log"').and.to.include("5 experiments");
    }),
  );

  it(
    "is drawn of a grid too, once for all storages with the same values",
    withTempDirectory(async (project) => {
      const { images, drawn } = collectingImages();
      const schedule = { ...GRID, algNames: ["mlp", "cnn"] };
      const { storages } = await prepareIn(project, schedule, {}, { images });
      for (const { name } of storages) {
        expect(existsSync(join(project, "storage", name, "variations1.png"))).to.equal(true);
      }
      expect(drawn).to.have.length(1);
      expect(drawn[0]).to.include("adam").and.to.include('"all":3');
    }),
  );

  it(
    "is drawn for each storage when each has draws of its own",
    withTempDirectory(async (project) => {
      const { images, drawn } = collectingImages();
      const schedule = { ...RANDOM, algNames: ["mlp", "cnn"] };
      await prepareIn(project, schedule, { resample: true }, { images });
      expect(new Set(drawn).size).to.equal(2);
    }),
  );

  it(
    "gets a next one with each addition, and none when nothing was added",
    withTempDirectory(async (project) => {
      const { images, drawn } = collectingImages();
      const { storages } = await prepareIn(project, RANDOM, {}, { images });
      const name = storages[0]?.name ?? "";
      await prepareIn(project, RANDOM, { addToFolder: name }, { images });
      const more = { ...GRID, algNames: ["cnn"] };
      const grid = (await prepareIn(project, more, {}, { images })).storages[0]?.name ?? "";
      await prepareIn(project, more, { addToFolder: grid }, { images });
      expect(figuresIn(join(project, "storage", name))).to.deep.equal([
        "variations1.png",
        "variations2.png",
      ]);
      expect(drawn[1]).to.include("10 experiments").and.to.include("Grey: the 5 experiments");
      expect(figuresIn(join(project, "storage", grid))).to.deep.equal(["variations1.png"]);
    }),
  );

  it(
    "is done without where it cannot be drawn, which one line says",
    withTempDirectory(async (project) => {
      const notes: string[] = [];
      const terminal = { ...testHost().terminal, note: (line: string) => notes.push(line) };
      const { storages } = await prepareIn(project, GRID, {}, { terminal });
      expect(storages).to.have.length(1);
      expect(notes).to.deep.equal(["The sampled values are not drawn: No canvas. None."]);
    }),
  );

  it(
    "is not drawn by a dry run",
    withTempDirectory(async (project) => {
      const { images, drawn } = collectingImages();
      await prepareIn(project, GRID, { dryRun: true }, { images });
      expect(drawn).to.deep.equal([]);
    }),
  );
});

describe("the page of a storage", () => {
  const pageOf = (project: string, name = "") =>
    readFileSync(join(project, "storage", name, "README.md"), "utf8");

  it(
    "says what was prepared, how, and what to do with it",
    withTempDirectory(async (project) => {
      const { storages } = await prepareIn(project, RANDOM);
      const page = pageOf(project, storages[0]?.name);
      for (const part of [
        "# a: mlp on digits",
        "`accuracy` of `train`, mean_on_last_20_percents, maximise",
        "| sampler seed | 42 |",
        "| `lr` | `logUniform from 0.0001 to 1` | always |",
        `allaunch --n_processes 2 --root_dir storage --storage_name ${storages[0]?.name ?? ""}`,
        "`alprep --schedule_file grid_schedule_a.json --desc a --sampler_seed 42 --root_dir storage` | `f7b375e` | 5 | 10 |",
      ]) {
        expect(page).to.include(part);
      }
    }),
  );

  it(
    "gets a line for each addition, and keeps what people wrote",
    withTempDirectory(async (project) => {
      const { storages } = await prepareIn(project, RANDOM);
      const name = storages[0]?.name ?? "";
      const before = pageOf(project, name);
      await prepareIn(project, { ...RANDOM, nExperiments: 2 }, { addToFolder: name });
      const added = pageOf(project, name).slice(before.length);
      expect(pageOf(project, name).startsWith(before)).to.equal(true);
      expect(added.trimEnd().split("\n")).to.have.length(1);
      expect(added).to.include(`--add_to_folder ${name}`).and.to.include("| 2 | 4 |");
    }),
  );

  it(
    "takes nothing of a name for a tag, a link or the end of a cell",
    withTempDirectory(async (project) => {
      const name = "a|b`<img>";
      const schedule = {
        ...GRID,
        defaults: { ...GRID.defaults, [name]: "" },
        variations: { [name]: ["|`x", "[l](u)"] },
      };
      const { storages } = await prepareIn(project, schedule);
      const page = pageOf(project, storages[0]?.name);
      expect(page).to.include('| `a\\|b\'<img>` | `"\\|\'x", "[l](u)"` | always |');
    }),
  );
});
