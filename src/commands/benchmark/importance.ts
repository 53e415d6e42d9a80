import { featuresOf } from "../../core/analysis/importance/features.ts";
import {
  HALVES,
  type ImportanceReport,
  MIN_EXPERIMENTS,
  parameterImportance,
} from "../../core/analysis/importance/parameter-importance.ts";
import type { RankedExperiment } from "../../core/analysis/ranking.ts";
import { type IntervalPanel, intervalPanels } from "../../core/figures/interval-panels.ts";
import { categoryName, marginals, MAX_MARGINALS } from "../../core/figures/marginals.ts";
import { MAX_AXES, parallelCoordinates } from "../../core/figures/parallel-coordinates.ts";
import { oneLine } from "../../core/printable.ts";
import { type BenchmarkFigure, intervalRows } from "./figure.ts";
import { hintOf, scoreName } from "./figure-words.ts";
import { type DrawnSearch, drawnSearches, type SearchResults } from "./search-figures.ts";

/** Which parameters of a search mattered. */
export type SearchImportance = {
  readonly search: string;
  /** With its task. */
  readonly label: string;
  /** Undefined where there is too little to learn from. */
  readonly report: ImportanceReport | undefined;
};

/** More bars are too small to read. */
const MAX_PARAMETERS = 20;
/** Below it the forest has understood too little. */
const MIN_EXPLAINED = 0.2;

/** What mattered in each search, with figures and what to know before believing it. */
export function findImportance(
  results: SearchResults,
  seed: number,
): {
  readonly importance: readonly SearchImportance[];
  readonly figures: readonly BenchmarkFigure[];
  /** How it was found out. */
  readonly method: readonly string[];
  readonly notes: readonly string[];
} {
  const all = drawnSearches(results).map((drawn) => {
    const scored = drawn.experiments.filter(({ rank }) => rank !== undefined);
    const pairs = scored.map(({ varied, summary }) => ({ values: varied, score: summary.mean }));
    const search = drawn.facts.name.id;
    const label = `${drawn.task}: ${drawn.label.join(" ")}`;
    return { drawn, scored, search, label, report: parameterImportance(pairs, { seed }) };
  });
  const reported = all.flatMap(({ label, report }) => (report ? [{ label, report }] : []));
  const figures = all.flatMap(({ drawn, scored, search, label, report }) => [
    ...(report === undefined
      ? []
      : [marginalFigure(`marginals_${search}`, label, report, results)]),
    ...parallelFigure(`parallel_coordinates_${search}`, { drawn, scored, label, report }, results),
  ]);
  return {
    importance: all.map(({ search, label, report }) => ({ search, label, report })),
    figures: [...(reported.length === 0 ? [] : [importanceFigure(reported)]), ...figures],
    method: reported.map((one) => `Importance, ${describeImportance(one)}`),
    notes: all.flatMap(({ label, scored, report }) => notesOf(label, scored.length, report)),
  };
}

function notesOf(
  label: string,
  scored: number,
  report: ImportanceReport | undefined,
): readonly string[] {
  if (report === undefined) {
    const reason =
      scored < MIN_EXPERIMENTS
        ? `it takes ${MIN_EXPERIMENTS} experiments with a score, it has ${scored}`
        : "all scores are equal, or nothing varies";
    return [`${label}: which parameter mattered cannot be said: ${reason}.`];
  }
  if (report.explained >= MIN_EXPLAINED) return [];
  return [
    `${label}: the forest predicts ${percent(report.explained)} of the variance of unseen experiments: its importances mean nothing.`,
  ];
}

const percent = (share: number) => `${Math.round(100 * Math.max(0, share))} %`;

/** For a table or a caption. */
function describeImportance({ label, report }: Reported): string {
  return `${label}: ${report.caption}.`;
}

type Reported = { readonly label: string; readonly report: ImportanceReport };

function importanceFigure(reported: readonly Reported[]): BenchmarkFigure {
  const panels = reported.map(({ label, report }): IntervalPanel => ({
    name: `${label} (${percent(report.explained)} explained)`,
    x: "importance, in variances of the scores",
    rows: report.parameters.slice(0, MAX_PARAMETERS).map(({ name, importance, interval }) => ({
      label: oneLine(name),
      series: "",
      estimate: importance,
      interval,
    })),
    references: [{ label: "", value: 0 }],
  }));
  const captions = new Set(reported.map(describeImportance));
  const specification = intervalPanels({
    title: "Which parameters mattered",
    caption: [
      ...captions,
      "How much worse the forest predicts when a parameter's values are exchanged; about 0 for what did not matter. Explained: share of the variance of unseen experiments that the forest predicts. For the ranges that were tried.",
    ],
    panels,
  });
  return { name: "importance", specification, rows: intervalRows(panels) };
}

function marginalFigure(
  name: string,
  label: string,
  { parameters, n }: ImportanceReport,
  { metric, visuals }: SearchResults,
): BenchmarkFigure {
  const shown = parameters.slice(0, MAX_MARGINALS).map((one) => {
    return { ...one, name: oneLine(one.name), marginal: one.marginal.map(printableValue) };
  });
  const specification = marginals({
    title: `Expected score by parameter, ${label}`,
    caption: [
      "The score to expect at each value, the others as in the experiments; most important parameter first.",
      `As a random forest expects it; 95 % intervals from ${HALVES} random halves of the ${n} experiments.`,
    ],
    parameters: shown,
    y: { title: `expected ${scoreName(metric, visuals)}`, hint: hintOf(metric) },
  });
  const rows = shown.flatMap(({ name: panel, marginal }) =>
    marginal.map(({ value, expected, interval }) => ({
      panel,
      value: typeof value === "number" ? value : categoryName(value),
      expected,
      low: interval.low,
      high: interval.high,
    })),
  );
  return { name, specification, rows };
}

type Marginal = ImportanceReport["parameters"][number]["marginal"][number];

/** Texts as a figure may hold them. */
function printableValue(point: Marginal): Marginal {
  const { value } = point;
  return typeof value === "string" ? { ...point, value: oneLine(value) } : point;
}

function parallelFigure(
  name: string,
  search: {
    readonly drawn: DrawnSearch;
    readonly scored: readonly RankedExperiment[];
    readonly label: string;
    readonly report: ImportanceReport | undefined;
  },
  { metric, visuals }: SearchResults,
): readonly BenchmarkFigure[] {
  const { scored, label, report } = search;
  const order = new Map(report?.parameters.map((one, index) => [one.name, index]));
  const features = [...featuresOf(scored.map(({ varied }) => varied))]
    .sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0))
    .slice(0, MAX_AXES)
    .map((one) => ({
      ...one,
      name: oneLine(one.name),
      values: one.values.map((value) => (typeof value === "string" ? oneLine(value) : value)),
    }));
  if (features.length === 0) return [];
  const scores = scored.map(({ summary }) => summary.mean);
  const specification = parallelCoordinates({
    title: `Experiments by their parameters, ${label}`,
    caption: [
      `A line: an experiment; the darker the better, thick: the best tenth. n = ${scores.length}.`,
    ],
    features,
    scores,
    scoreName: scoreName(metric, visuals),
    direction: metric.direction,
  });
  const rows = scored.map(({ experiment, summary }, index) => ({
    experiment,
    ...Object.fromEntries(
      features.map(({ name: key, values, codes }) => {
        const value = values[codes[index] ?? -1];
        return [key, typeof value === "number" ? value : categoryName(value)];
      }),
    ),
    [oneLine(metric.name)]: summary.mean,
  }));
  return [{ name, specification, rows }];
}
