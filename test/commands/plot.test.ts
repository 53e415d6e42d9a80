import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { expect } from "chai";

import { plot, type PlotOptions } from "../../src/commands/plot.ts";
import { parsePlot } from "../../src/commands/plot/plots-to-make.ts";
import { USUAL_VISUALS } from "../../src/commands/visuals-files.ts";
import { UserError } from "../../src/errors.ts";
import type { Host } from "../../src/host.ts";
import { createImages } from "../../src/io/images.ts";
import { type SmallRun, writeSmallStorage } from "../support/small-storage.ts";
import { withTempDirectory } from "../support/temp-directory.ts";
import { testHost } from "../support/test-host.ts";

const LINES = ['{"epoch":1,"accuracy":0.5,"loss":2}', '{"epoch":2,"accuracy":0.75,"loss":1}'];
const RUNS: readonly SmallRun[] = [
  { experiment: 1, seed: 1, flag: "COMPLETED", varied: { rate: 1 }, recorded: LINES },
  { experiment: 1, seed: 2, flag: "CRASH", varied: { rate: 1 }, recorded: LINES.slice(0, 1) },
  { experiment: 2, seed: 1, flag: "UNHATCHED", varied: { rate: 2 } },
  { experiment: 2, seed: 2, flag: `OPENED.a.12.${"b".repeat(32)}`, varied: { rate: 2 } },
  { experiment: 3, seed: 1, flag: "COMPLETED", varied: { rate: 3 }, recorded: ['{"loss":1}'] },
  { experiment: 3, seed: 2, flag: "COMPLETED", varied: { rate: 3 }, recorded: [] },
];

describe("alplot", () => {
  it(
    "draws the curves and the states of all runs into the storage, with data and specification",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const { arrays } = await plotIn(root, name, {}, { images: createImages() });
      expect(arrays).to.have.length(1);
      expect(arrays[0]).to.include({ y: "accuracy", x: null, runs: 6, withCurve: 2, pages: 1 });
      const folder = join(root, name, "plot_arrays");
      const files = ["csv", "png", "sources.json", "vl.json"].map((ending) => `accuracy.${ending}`);
      expect(readdirSync(folder).sort()).to.deep.equal(files);
      const page = readFileSync(join(folder, "accuracy.vl.json"), "utf8");
      for (const state of ["CRASH seed 2", "UNHATCHED seed 1", "OPENED seed 2"]) {
        expect(page).to.include(`"${state}"`);
      }
      expect(page).to.include('"no such metric seed 1"').and.include('"no data seed 2"');
      expect(page).to.include("rate = 2");
      const csv = readFileSync(join(folder, "accuracy.csv"), "utf8");
      expect(csv).to.include("experiment,seed,state,row,accuracy\n1,1,,0,0.5\n1,1,,1,0.75\n");
      expect(csv).to.include("2,1,UNHATCHED,,\n");
      const made: unknown = JSON.parse(readFileSync(join(folder, "accuracy.sources.json"), "utf8"));
      const states = { COMPLETED: 1, CRASH: 1, OPENED: 1, UNHATCHED: 1 };
      expect(made).to.nested.include({ "storages[0].path": "..", "storages[0].runs": 6 });
      expect(made).to.have.nested.property("storages[0].states").that.deep.includes(states);
    }),
  );

  it(
    "draws several metrics along what was asked for, each into files of its own",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const plotsToMake = ["epoch, accuracy", "epoch, loss, None, None, 0, 5"].map(parsePlot);
      const { arrays } = await plotIn(root, name, { plotsToMake, smooth: 0.5 });
      expect(arrays.map(({ x, y }) => [x, y])).to.deep.equal([
        ["epoch", "accuracy"],
        ["epoch", "loss"],
      ]);
      const csv = readFileSync(join(root, name, "plot_arrays", "loss_by_epoch.csv"), "utf8");
      expect(csv).to.include("1,1,,1,2\n1,1,,2,1.5\n");
      // Without an epoch there is nowhere to draw the loss.
      expect(csv).to.include("3,1,no such x,,\n");
    }),
  );

  it(
    "makes the same files each time",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const once = async () => {
        const { arrays } = await plotIn(root, name, {}, { images: createImages() });
        return arrays.flatMap(({ files }) => files.map((file) => readFileSync(join(root, file))));
      };
      expect(await once()).to.deep.equal(await once());
    }),
  );

  it(
    "draws in each format and style that is asked for, the same bytes each time",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const formats = ["png", "svg", "pdf", "html"] as const;
      const once = async (style: "screen" | "paper", outDir: string) => {
        await plotIn(root, name, { look: { formats, style }, outDir }, { images: createImages() });
        const folder = join(root, outDir, name);
        return formats.map((format) => readFileSync(join(folder, `accuracy.${format}`)));
      };
      const paper = await once("paper", "one");
      expect(paper).to.deep.equal(await once("paper", "two"));
      expect(paper).not.to.deep.equal(await once("screen", "three"));
    }),
  );

  it(
    "says what to do where a search has no metric, and writes nothing",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS, metric: null });
      const error: unknown = await plotIn(root, name).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(UserError).with.property("code", "usage");
      expect(readdirSync(join(root, name))).not.to.include("plot_arrays");
    }),
  );

  it(
    "draws what runs of a metric that diverged or that nobody has come to, on finite axes",
    withTempDirectory(async (root) => {
      const recorded = ['{"accuracy":NaN}', '{"accuracy":Infinity}'];
      const runs = [
        { experiment: 1, seed: 1, flag: "COMPLETED", recorded },
        { experiment: 2, seed: 1, flag: "COMPLETED", recorded: ['{"accuracy":0.5}', ...recorded] },
      ];
      const name = await writeSmallStorage(root, { id: "ab1", runs });
      const plotsToMake = ["None, accuracy", "None, acuracy"].map(parsePlot);
      const { arrays } = await plotIn(root, name, { plotsToMake }, { images: createImages() });
      expect(arrays.map(({ withCurve }) => withCurve)).to.deep.equal([1, 0]);
      const page = (metric: string) =>
        readFileSync(join(root, name, "plot_arrays", `${metric}.vl.json`), "utf8");
      expect(page("accuracy"))
        .to.include('"diverged')
        .and.not.match(/NaN|Infinity/);
      expect(page("acuracy"))
        .to.include('"no such metric')
        .and.not.match(/NaN|Infinity/);
    }),
  );

  it(
    "writes elsewhere, and says where, when the storage is read-only",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const { files, terminal } = testHost();
      const notes: string[] = [];
      const readOnly = {
        ...files,
        makeFolders: (path: string) => {
          if (!path.startsWith(join(root, name))) {
            files.makeFolders(path);
            return;
          }
          throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS" });
        },
      };
      const { arrays } = await plotIn(
        root,
        name,
        {},
        {
          files: readOnly,
          workingFolder: join(root, "elsewhere"),
          terminal: { ...terminal, note: (line) => void notes.push(line) },
        },
      );
      expect(arrays[0]?.files[0]).to.match(/^hatchery_plots\//);
      expect(notes.join()).to.include(join(root, "elsewhere", "hatchery_plots"));
    }),
  );

  it(
    "leaves out what cannot be drawn here, and still writes the data",
    withTempDirectory(async (root) => {
      const name = await writeSmallStorage(root, { id: "ab1", runs: RUNS });
      const notes: string[] = [];
      const terminal = { ...testHost().terminal, note: (line: string) => void notes.push(line) };
      const images = createImages(() => Promise.reject(new Error("no such module")));
      await plotIn(
        root,
        name,
        { look: { formats: ["png", "svg"], style: "screen" } },
        { images, terminal },
      );
      const files = ["csv", "sources.json", "svg", "vl.json"].map((ending) => `accuracy.${ending}`);
      expect(readdirSync(join(root, name, "plot_arrays")).sort()).to.deep.equal(files);
      expect(notes).to.have.length(1);
    }),
  );
});

describe("alplot, with a visuals file", () => {
  const visuals = {
    titles_dict: { digits: "Handwritten digits" },
    axis_titles_dict: { epoch: "Epochs", accuracy: "Test accuracy" },
    labels_dict: { mlp: "Perceptron", softmax: "Softmax regression" },
    colors_dict: { mlp: "#123456", softmax: "#654321" },
  };
  const curves = {
    hlines: { digits: [{ y: 0.9, label: "SVM", color: "crimson" }], letters: [{ y: 0.2 }] },
  };
  const plotsToMake = ["epoch, accuracy", "epoch, loss"].map(parsePlot);

  async function drawn(root: string, options: Partial<PlotOptions> = {}, folder = root) {
    const notes: string[] = [];
    const terminal = { ...testHost().terminal, note: (line: string) => void notes.push(line) };
    const name = await writeSmallStorage(root, { id: "ab1", kind: "random", runs: RUNS });
    writeFileSync(join(folder, `visuals_${basename(folder)}.json`), JSON.stringify(visuals));
    const lines = join(folder, `additional_curves_${basename(folder)}.json`);
    writeFileSync(lines, JSON.stringify(curves));
    await plotIn(root, name, { plotsToMake, ...options }, { terminal });
    const read = (file: string) => readFileSync(join(root, name, "plot_arrays", file), "utf8");
    return { notes, lines, read, page: (of: string) => read(`${of}_by_epoch.vl.json`) };
  }

  it(
    "finds both files beside the schedule, and calls and draws things as they say",
    withTempDirectory(async (root) => {
      const { page, read, notes } = await drawn(root);
      for (const text of [
        "Test accuracy of Perceptron on Handwritten digits",
        '"Epochs"',
        "SVM 0.9",
      ])
        expect(page("accuracy")).to.include(text);
      for (const look of ["#123456", "crimson"]) expect(page("accuracy")).to.include(look);
      expect(page("accuracy")).to.include("ab1_f7b375e_mlp_digits_random_a: 2 of 6 runs");
      const { settings } = JSON.parse(read("accuracy_by_epoch.sources.json")) as {
        settings: object;
      };
      expect(settings).to.include({
        visualsFile: `visuals_${basename(root)}.json`,
        additionalCurvesFile: `additional_curves_${basename(root)}.json`,
      });
      // A schedule has more tasks and algorithms than one of its searches.
      expect(notes.join()).not.to.include("no search here");
    }),
  );

  it(
    "draws lines of scores in the array of the metric, and everywhere if somebody names the file",
    withTempDirectory(async (root) => {
      const { page, lines } = await drawn(root);
      expect(page("loss")).not.to.include("crimson").and.not.to.include("SVM");
      const asked = await drawn(root, { additionalCurvesFile: lines });
      expect(asked.page("loss")).to.include("crimson").and.include("SVM 0.9");
      expect(asked.notes.join()).to.include("no search here has the task letters");
    }),
  );

  it(
    "takes the files beside the list, if there is one",
    withTempDirectory(async (root) => {
      const folder = join(root, "lists");
      mkdirSync(folder);
      const fromFile = join(folder, "list_searches_a.txt");
      writeFileSync(fromFile, "ab1_f7b375e_mlp_digits_random_a\n");
      const { page, notes } = await drawn(root, { fromFile, storageNames: [] }, folder);
      expect(page("accuracy")).to.include("Perceptron");
      expect(notes.join()).to.include("no search here has the algorithm softmax");
      const without = await drawn(root, { ...NONE, fromFile, storageNames: [] }, folder);
      expect(without.page("accuracy")).to.include("accuracy of ab1_").and.not.include("crimson");
    }),
  );
});

const NONE = { visualsFile: "none", additionalCurvesFile: "none" };

function plotIn(
  root: string,
  name: string,
  options: Partial<PlotOptions> = {},
  overrides: Partial<Host> = {},
) {
  const choice = { fromFile: undefined, storageNames: [name], rootDir: root, skipMissing: false };
  const rest = {
    plotsToMake: [],
    smooth: undefined,
    look: { formats: ["png" as const], style: "screen" as const },
    outDir: undefined,
    ...USUAL_VISUALS,
  };
  const host = testHost({ workingFolder: root, ...overrides });
  const { signal } = new AbortController();
  return plot.run({ ...choice, ...rest, ...options }, host, signal, signal);
}
