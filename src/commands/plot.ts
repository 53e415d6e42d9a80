import { basename, join, resolve } from "node:path";

import { counted } from "../core/counted.ts";
import { TASKS } from "../core/task-state.ts";
import type { Host } from "../host.ts";
import { readSearchFacts } from "../tree/search-file.ts";
import { taskFolder } from "../tree/task-folder.ts";
import type { Command } from "./command.ts";
import { type FigureLook, figureLook, figureLookOptions } from "./figure-files.ts";
import { checkNumber, storageChoice, storageOptions } from "./options.ts";
import { drawArray, type PlottedArray } from "./plot/draw-array.ts";
import { defaultPlot, parsePlot, type PlotToMake } from "./plot/plots-to-make.ts";
import { chooseStorages, type StorageChoice } from "./storage-selection.ts";
import {
  type DrawnSearch,
  type FoundVisuals,
  readVisuals,
  type VisualsChoice,
  visualsOptions,
} from "./visuals-files.ts";
import { makeWritableFolder } from "./writable-folder.ts";

export type PlotOptions = StorageChoice &
  VisualsChoice & {
    /** Empty: each search's own metric. */
    readonly plotsToMake: readonly PlotToMake[];
    /** Weight of a new value, in (0, 1]; undefined: as recorded. */
    readonly smooth: number | undefined;
    readonly look: FigureLook;
    readonly outDir: string | undefined;
  };

export type PlotReport = { readonly stopped: boolean; readonly arrays: readonly PlottedArray[] };

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
    const given = await figureLookOptions(visualsOptions(storageOptions(args)), "png")
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
      look: figureLook(given),
      outDir: given.out_dir,
      visualsFile: given.visuals_file,
      additionalCurvesFile: given.additional_curves_file,
    };
  },

  run: async (options, host, signal) => {
    const { storages } = await chooseStorages(options, host);
    const searches = storages.map((storage) => ({
      storage,
      facts: readSearchFacts(storage, host),
    }));
    const arrays: PlottedArray[] = [];
    for (const { storage, facts, found } of withVisuals(searches, options, host)) {
      const { plotsToMake } = options;
      const folder = () => outputFolder(storage, options, host);
      for (const toMake of plotsToMake.length > 0 ? plotsToMake : [defaultPlot(facts)]) {
        const work = { storage, facts, toMake, folder };
        const array = await drawArray(work, { ...options, found }, host, signal);
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

/** Each search with how it is drawn: by files for all of them, or by those of its own schedule. */
function withVisuals(
  searches: readonly DrawnSearch[],
  options: PlotOptions,
  host: Host,
): readonly (DrawnSearch & { readonly found: FoundVisuals })[] {
  const { fromFile, visualsFile, additionalCurvesFile } = options;
  const isShared = (fromFile ?? visualsFile ?? additionalCurvesFile) !== undefined;
  const groups = isShared ? [searches] : searches.map((one) => [one]);
  return groups.flatMap((group) => {
    const found = readVisuals(options, fromFile, group, host);
    for (const note of found.notes) host.terminal.note(note);
    return group.map((one) => ({ ...one, found }));
  });
}

/** Where the arrays of a search go. */
function outputFolder(storage: string, { outDir }: PlotOptions, host: Host): string {
  const search = basename(storage);
  const instead = join(host.workingFolder, "hatchery_plots", search);
  if (outDir === undefined)
    return makeWritableFolder(taskFolder(storage, TASKS.plotArrays), instead, host);
  const folder = join(resolve(host.workingFolder, outDir), search);
  host.files.makeFolders(folder);
  return folder;
}

function renderPlots({ stopped, arrays }: PlotReport): string {
  const lines = arrays.map(({ search, y, runs, withCurve, pages, files }) => {
    const first = files[0] ?? "";
    const more = files.length > 1 ? ` and ${counted(files.length - 1, "more file")}` : "";
    return `${search}: ${y}, ${withCurve} of ${counted(runs, "run")} with a curve, ${counted(pages, "page")}: ${first}${more}`;
  });
  return [...lines, ...(stopped ? ["Stopped before all was drawn."] : [])].join("\n");
}
