import { basename } from "node:path";

import { counted } from "../../core/counted.ts";
import type { ReferenceLine } from "../../core/figures/reference-lines.ts";
import { axisTitleOf, type Visuals } from "../../core/figures/visuals.ts";
import { oneLine } from "../../core/printable.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import { shortNumber } from "../../core/short-number.ts";
import type { FoundVisuals, VisualsChoice } from "../visuals-files.ts";
import type { PlotToMake } from "./plots-to-make.ts";
import type { PlottedRun } from "./read-runs.ts";

/** What stands around an array of plots. */
export type ArrayWords = {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly caption: readonly string[];
};

const MAX_LABEL = 40;

/** Names as the search has them, or as its visuals file calls them. */
export function arrayWords(
  { storage, facts, toMake }: ArrayInWords,
  runs: readonly PlottedRun[],
  references: readonly ReferenceLine[],
  {
    smooth,
    found: { visuals },
  }: { readonly smooth: number | undefined; readonly found: FoundVisuals },
): ArrayWords {
  const search = basename(storage);
  const y = axisTitleOf(visuals, toMake.y);
  const called = calledIn(visuals, facts);
  const withCurve = runs.filter(({ strokes }) => strokes.length > 0).length;
  const ofSearch = called === undefined ? "" : `${search}: `;
  const smoothed =
    smooth === undefined ? "" : ` Smoothed: a running mean in which a new value weighs ${smooth}.`;
  return {
    title: `${y} of ${called ?? search}`,
    xTitle: toMake.x === undefined ? "recorded row, from 0" : axisTitleOf(visuals, toMake.x),
    yTitle: toMake.series === "train" ? y : `${y} of ${toMake.series}`,
    caption: [
      `${ofSearch}${withCurve} of ${counted(runs.length, "run")} have a curve; all panels have the same axes.${smoothed}`,
      ...(references.length === 0 ? [] : [`Lines across: ${references.map(named).join(", ")}.`]),
    ],
  };
}

type ArrayInWords = {
  readonly storage: string;
  readonly facts: SearchFacts;
  readonly toMake: PlotToMake;
};

/** `Perceptron on Handwritten digits`; undefined if nobody calls them anything. */
function calledIn({ labels, titles }: Visuals, { name }: SearchFacts): string | undefined {
  const [label, title] = [labels.get(name.algName), titles.get(name.taskName)];
  if (label === undefined && title === undefined) return undefined;
  return `${label ?? name.algName} on ${title ?? name.taskName}`;
}

const named = ({ label, value }: ReferenceLine) =>
  label === "" ? shortNumber(value) : `${oneLine(label, MAX_LABEL)} ${shortNumber(value)}`;

/**
 * The lines that belong into an array: scores of the search's metric. Those of a file that somebody
 * named belong into all that this person asks for.
 */
export function arrayReferences(
  { metric, name }: SearchFacts,
  toMake: PlotToMake,
  { lines }: FoundVisuals,
  { additionalCurvesFile }: VisualsChoice,
): readonly ReferenceLine[] {
  if (additionalCurvesFile === undefined && !isOf(metric, toMake)) return [];
  return lines.filter(({ task }) => (task ?? name.taskName) === name.taskName);
}

const isOf = (metric: Metric | null, { series, y }: PlotToMake) =>
  metric === null || (metric.name === y && metric.series === series);
