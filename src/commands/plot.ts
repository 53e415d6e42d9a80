import { basename, join, relative, resolve } from "node:path";

import { stringify } from "csv-stringify/sync";

import { counted } from "../core/counted.ts";
import { plotArray } from "../core/figures/panels/plot-array.ts";
import type { SearchFacts } from "../core/search/search-facts.ts";
import { TASKS } from "../core/task-state.ts";
import { UserError } from "../errors.ts";
import type { ImageFormat } from "../core/figures/image-format.ts";
import type { Host } from "../host.ts";
import { readSearchFacts } from "../tree/search-file.ts";
import { taskFolder } from "../tree/task-folder.ts";
import type { Command } from "./command.ts";
import { createFigureWriter, parseFormats } from "./figure-files.ts";
import { checkNumber, storageChoice, storageOptions } from "./options.ts";
import { defaultPlot, parsePlot, type PlotToMake } from "./plot/plots-to-make.ts";
import { type PlottedRun, readRuns } from "./plot/read-runs.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import { makeWritableFolder } from "./writable-folder.ts";

export type PlotOptions = StorageChoice & {
  /** Empty: each search's own metric. */
  readonly plotsToMake: readonly PlotToMake[];
  /** Weight of a new value, in (0, 1]; undefined: as recorded. */
  readonly smooth: number | undefined;
  readonly formats: readonly ImageFormat[];
  readonly outDir: string | undefined;
};

/** One array of plots of one search. */
export type PlottedArray = {
  readonly search: string;
  readonly x: string | null;
  readonly y: string;
  readonly runs: number;
  readonly withCurve: number;
  readonly pages: number;
  /** Relative to the working folder. */
  readonly files: readonly string[];
};

export type PlotReport = { readonly stopped: boolean; readonly arrays: readonly PlottedArray[] };

/** Pixels for each unit of a page: enough for small letters on a screen. */
const SCALE = 1.5;

/** alplot: draws arrays of learning curves. */
export const plot: Command<PlotOptions, PlotReport> = {
  name: "alplot",
  summary: "Draws the learning curves of all runs of searches, a small panel for each.",
  examples: [
    ["alplot --from_file schedules/digits/list_searches_digits.txt", "the metric of each search"],
    [
      'alplot -s ju12_f7b375e_mlp_digits_grid_first --plots_to_make "epoch, accuracy" --plots_to_make "epoch, loss, None, None, 0, 2"',
      "two arrays; the second one shows losses from 0 to 2",
    ],
  ],

  parse: async (args) => {
    const given = await storageOptions(args)
      .option("plots_to_make", {
        type: "string",
        array: true,
        requiresArg: true,
        default: [] as string[],
        defaultDescription: "the searches' metric",
        describe: "x, y, xmin, xmax, ymin, ymax; None is left to the curves; may be repeated",
      })
      .option("smooth", {
        type: "number",
        defaultDescription: "as recorded",
        describe: "weight of each new value in a running mean, above 0 up to 1",
      })
      .option("formats", {
        type: "string",
        default: "png",
        describe: "of png, svg, pdf, with commas",
      })
      .option("out_dir", {
        type: "string",
        defaultDescription: "plot_arrays in each storage",
        describe: "folder for the results; a folder in it for each storage",
      })
      .parseAsync();
    const { smooth } = given;
    return {
      ...storageChoice(given),
      plotsToMake: given.plots_to_make.map(parsePlot),
      smooth:
        smooth === undefined
          ? undefined
          : checkNumber("smooth", smooth, { min: Number.MIN_VALUE, max: 1 }),
      formats: parseFormats(given.formats),
      outDir: given.out_dir,
    };
  },

  run: async (options, host, signal) => {
    const { storages } = await chooseStorages(options, host);
    const arrays: PlottedArray[] = [];
    for (const storage of storages) {
      const facts = readSearchFacts(storage, host);
      const { plotsToMake } = options;
      for (const toMake of plotsToMake.length > 0 ? plotsToMake : [defaultPlot(facts)]) {
        const array = await plotSearch({ storage, facts, toMake }, options, host, signal);
        if (array === undefined) return { stopped: true, arrays };
        arrays.push(array);
      }
    }
    return { stopped: false, arrays };
  },

  render: renderPlots,
  toJson: (report) => ({ schemaVersion: 1, ...report }),
  ids: ({ arrays }) => arrays.flatMap(({ files }) => files),
};

type Work = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
  readonly toMake: PlotToMake;
};

/** @returns undefined if `signal` aborted */
async function plotSearch(
  { storage, facts, toMake }: Work,
  options: PlotOptions,
  host: Host,
  signal: AbortSignal,
): Promise<PlottedArray | undefined> {
  const search = basename(storage);
  const runs = await readRuns(storage, toMake, options.smooth, host, signal);
  if (runs === undefined) return undefined;
  if (runs.length === 0) {
    throw new UserError("not-found", `${storage} has no runs.`, "Add some with alprep.");
  }
  const pages = plotArray({
    ...{ runs, kind: facts.name.kind, title: `${toMake.y} of ${search}`, limits: toMake.limits },
    ...{ xTitle: toMake.x ?? "recorded row, from 0", yTitle: yTitle(toMake) },
    caption: captionOf(runs, options.smooth),
  });
  const folder = outputFolder(storage, options, host);
  const name = fileName(toMake);
  const writer = createFigureWriter(folder, options.formats, host);
  const progress =
    pages.length > 1 ? host.terminal.progress("drawing pages", pages.length) : undefined;
  const files: string[] = [];
  try {
    for (const [index, specification] of pages.entries()) {
      const page = pages.length === 1 ? name : `${name}_page${index + 1}`;
      files.push(...(await writer.write(page, specification(), { scale: SCALE })));
      progress?.update(index + 1);
      await host.clock.sleep(0);
      if (signal.aborted) return undefined;
    }
  } finally {
    progress?.stop();
  }
  host.files.replace(join(folder, `${name}.csv`), curvesCsv(runs, toMake));
  files.push(join(folder, `${name}.csv`));
  const withCurve = runs.filter(({ strokes }) => strokes.length > 0).length;
  return {
    ...{ search, x: toMake.x ?? null, y: toMake.y, runs: runs.length, withCurve },
    ...{ pages: pages.length, files: files.map((file) => relative(host.workingFolder, file)) },
  };
}

function outputFolder(storage: string, { outDir }: PlotOptions, host: Host): string {
  const search = basename(storage);
  const instead = join(host.workingFolder, "hatchery_plots", search);
  if (outDir === undefined)
    return makeWritableFolder(taskFolder(storage, TASKS.plotArrays), instead, host);
  const folder = join(resolve(host.workingFolder, outDir), search);
  host.files.makeFolders(folder);
  return folder;
}

function yTitle({ series, y }: PlotToMake): string {
  return series === "train" ? y : `${y} of ${series}`;
}

function captionOf(runs: readonly PlottedRun[], smoothing: number | undefined): readonly string[] {
  const withCurve = runs.filter(({ strokes }) => strokes.length > 0).length;
  const smoothed =
    smoothing === undefined
      ? ""
      : ` Smoothed: a running mean in which a new value weighs ${smoothing}.`;
  return [
    `${withCurve} of ${counted(runs.length, "run")} have a curve; all panels have the same axes.${smoothed}`,
  ];
}

const MAX_NAME = 100;

/** `accuracy_by_epoch`, safe to type. */
function fileName({ x, y, series }: PlotToMake): string {
  const words = [...(series === "train" ? [] : [series]), y, ...(x === undefined ? [] : ["by", x])];
  return words
    .join("_")
    .replace(/[^\p{L}\p{N}.+_-]+/gu, "-")
    .slice(0, MAX_NAME);
}

/** The points as they are drawn; a run without any has a line with its state. */
function curvesCsv(runs: readonly PlottedRun[], { x, y }: PlotToMake): string {
  const rows = runs.flatMap(({ experiment, seed, state, strokes }) => {
    const points = strokes.flat();
    const first = [experiment, seed, state ?? ""];
    return points.length === 0 ? [[...first, "", ""]] : points.map((point) => [...first, ...point]);
  });
  const columns = ["experiment", "seed", "state", x ?? "row", y];
  // A spreadsheet would carry out a text that begins like a formula: it gets an apostrophe before it.
  return stringify([columns, ...rows], { escape_formulas: true });
}

function renderPlots({ stopped, arrays }: PlotReport): string {
  const lines = arrays.map(({ search, y, runs, withCurve, pages, files }) => {
    const first = files[0] ?? "";
    const more = files.length > 1 ? ` and ${counted(files.length - 1, "more file")}` : "";
    return `${search}: ${y}, ${withCurve} of ${counted(runs, "run")} with a curve, ${counted(pages, "page")}: ${first}${more}`;
  });
  return [...lines, ...(stopped ? ["Stopped before all was drawn."] : [])].join("\n");
}
