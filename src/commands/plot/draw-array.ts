import { basename, join, relative } from "node:path";

import { stringify } from "csv-stringify/sync";

import { plotArray } from "../../core/figures/panels/plot-array.ts";
import { lookOfAlgorithm } from "../../core/figures/visuals.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { createFigureWriter, type FigureLook } from "../figure-files.ts";
import { storageSource } from "../storage-source.ts";
import type { FoundVisuals, VisualsChoice } from "../visuals-files.ts";
import { arrayReferences, arrayWords } from "./array-words.ts";
import type { PlotToMake } from "./plots-to-make.ts";
import { type PlottedRun, readRuns } from "./read-runs.ts";

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

/** An array to draw. */
export type ArrayToDraw = {
  /** Absolute. */
  readonly storage: string;
  readonly facts: SearchFacts;
  readonly toMake: PlotToMake;
  /** The folder of its files, absolute; made when there is something to write. */
  readonly folder: () => string;
};

export type ArrayLook = VisualsChoice & {
  /** Weight of a new value, in (0, 1]; undefined: as recorded. */
  readonly smooth: number | undefined;
  readonly look: FigureLook;
  readonly found: FoundVisuals;
};

/**
 * Draws one array of learning curves: its pages, and its data.
 * @returns undefined if `signal` aborted
 * @throws UserError `not-found` if the search has no runs
 */
export async function drawArray(
  { storage, facts, toMake, folder: makeFolder }: ArrayToDraw,
  options: ArrayLook,
  host: Host,
  signal: AbortSignal,
): Promise<PlottedArray | undefined> {
  const search = basename(storage);
  const runs = await readRuns(storage, toMake, options.smooth, host, signal);
  if (runs === undefined) return undefined;
  if (runs.length === 0) {
    throw new UserError("not-found", `${storage} has no runs.`, "Add some with alprep.");
  }
  const references = arrayReferences(facts, toMake, options.found, options);
  const { kind, algName } = facts.name;
  const pages = plotArray({
    ...arrayWords({ storage, facts, toMake }, runs, references, options),
    ...{ runs, kind, references, limits: toMake.limits, style: options.look.style },
    colour: lookOfAlgorithm(options.found.visuals, algName).colour,
  });
  const folder = makeFolder();
  const name = fileName(toMake);
  const writer = createFigureWriter(folder, options.look, host);
  const progress =
    pages.length > 1 ? host.terminal.progress("drawing pages", pages.length) : undefined;
  const files: string[] = [];
  try {
    for (const [index, specification] of pages.entries()) {
      const page = pages.length === 1 ? name : `${name}_page${index + 1}`;
      files.push(...(await writer.write(page, specification())));
      progress?.update(index + 1);
      await host.clock.sleep(0);
      if (signal.aborted) return undefined;
    }
  } finally {
    progress?.stop();
  }
  host.files.replace(join(folder, `${name}.csv`), curvesCsv(runs, toMake));
  files.push(`${name}.csv`);
  const sources = sourcesOf({ storage, facts, toMake, folder }, runs, options, files);
  host.files.replace(
    join(folder, `${name}.sources.json`),
    `${JSON.stringify(sources, undefined, 2)}\n`,
  );
  files.push(`${name}.sources.json`);
  const withCurve = runs.filter(({ strokes }) => strokes.length > 0).length;
  return {
    ...{ search, x: toMake.x ?? null, y: toMake.y, runs: runs.length, withCurve },
    pages: pages.length,
    files: files.map((file) => relative(host.workingFolder, join(folder, file))),
  };
}

/** What the files of an array were made from; the same for the same runs and options. */
function sourcesOf(
  { storage, facts, toMake, folder }: Omit<ArrayToDraw, "folder"> & { readonly folder: string },
  runs: readonly PlottedRun[],
  { smooth, look, found }: ArrayLook,
  files: readonly string[],
): object {
  const { x, series, y, limits } = toMake;
  const states = new Map<string, number>();
  for (const { state = "COMPLETED" } of runs) states.set(state, (states.get(state) ?? 0) + 1);
  return {
    schemaVersion: 1,
    settings: {
      x: x ?? null,
      series,
      y,
      limits,
      smooth: smooth ?? null,
      style: look.style,
      ...found.files,
    },
    notes: found.notes,
    /** Beside this one. */
    files,
    storages: [
      {
        ...storageSource(folder, storage, facts),
        runs: runs.length,
        states: Object.fromEntries([...states].sort(([a], [b]) => (a < b ? -1 : 1))),
      },
    ],
  };
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
