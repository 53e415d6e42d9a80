import type { RankedExperiment, TaskRanking } from "../../core/analysis/ranking.ts";
import { failureName } from "../../core/analysis/searches/failure-name.ts";
import { bestOfN, bestSoFar } from "../../core/analysis/searches/best-of-n.ts";
import { distributionFunction } from "../../core/analysis/searches/distribution-function.ts";
import { compareSearches } from "../../core/figures/compare-searches.ts";
import {
  type FigureLine,
  linePanels,
  type LinePanelsFigure,
} from "../../core/figures/line-panels.ts";
import type { TaskReference } from "../../core/figures/reference-lines.ts";
import { counted } from "../../core/counted.ts";
import type { OwnLook } from "../../core/figures/series-look.ts";
import { lookOfAlgorithm, titleOf, type Visuals } from "../../core/figures/visuals.ts";
import { oneLine } from "../../core/printable.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { ScoredSearch } from "./collect.ts";
import { type BenchmarkFigure, lineRows } from "./figure.ts";
import { hintOf, linesOf, scoreName } from "./figure-words.ts";
import { labelSearches } from "./labels.ts";

/** What the figures of searches show. */
export type SearchResults = {
  readonly searches: readonly ScoredSearch[];
  readonly rankings: readonly TaskRanking[];
  /** Its direction is that of the scores. */
  readonly metric: Metric;
  /** How the scores came about, a sentence each. */
  readonly method: readonly string[];
  readonly horizontalLines: readonly TaskReference[];
  /** What people want things to be called. */
  readonly visuals: Visuals;
};

const DISTRIBUTION_LEGEND =
  "A shape: density (Gaussian kernels). A box: quartiles and median; whiskers reach to 1.5 times its height at most. A point: an experiment. n: experiments that are drawn.";

/** Distributions, best of n, distribution functions. Nothing to draw, no figures. */
export function searchFigures(results: SearchResults): readonly BenchmarkFigure[] {
  const drawn = drawnSearches(results);
  if (drawn.length === 0) return [];
  return [
    distributions(drawn, results),
    bestOfNCurves(drawn, results),
    distributionFunctions(drawn, results),
  ];
}

/** A search with experiments that have a score. */
export type DrawnSearch = {
  readonly task: string;
  /** What the task is called. */
  readonly title: string;
  readonly look: OwnLook | undefined;
  readonly label: readonly string[];
  readonly facts: SearchFacts;
  /** In the order of their numbers, those without a score too. */
  readonly experiments: readonly RankedExperiment[];
  /** The finite ones, best first. */
  readonly scores: readonly number[];
};

export function drawnSearches({
  searches,
  rankings,
  visuals,
}: SearchResults): readonly DrawnSearch[] {
  const labels = labelSearches(searches, visuals);
  const all = rankings.flatMap(({ experiments }) => experiments);
  return searches.flatMap(({ name, facts }, index) => {
    const own = all.filter(({ search }) => search === name);
    const scores = own.filter(({ rank }) => rank !== undefined).map(({ summary }) => summary.mean);
    const label = (labels[index] ?? [name]).map((line) => oneLine(line));
    const task = oneLine(facts.name.taskName);
    const experiments = [...own].sort((a, b) => a.experiment - b.experiment);
    // Searches of the same algorithm would look alike.
    const look = label.length === 1 ? lookOfAlgorithm(visuals, facts.name.algName) : undefined;
    const title = titleOf(visuals, task);
    return scores.length === 0 ? [] : [{ task, title, label, look, facts, experiments, scores }];
  });
}

function distributions(
  drawn: readonly DrawnSearch[],
  { searches, rankings, metric, method, horizontalLines, visuals }: SearchResults,
): BenchmarkFigure {
  const counts = countsCaption(searches, rankings, metric);
  const specification = compareSearches({
    boxes: drawn,
    metric: scoreName(metric, visuals),
    direction: metric.direction,
    // No SVG file may hold a control character, not even an escaped one.
    caption: [...method.slice(0, 2), DISTRIBUTION_LEGEND, counts],
    references: linesOf(horizontalLines),
  });
  const rows = drawn.flatMap(({ task, label, experiments }) =>
    experiments
      .filter(({ rank }) => rank !== undefined)
      .map(({ experiment, summary }) => ({
        panel: task,
        series: label.join(" "),
        experiment,
        score: summary.mean,
      })),
  );
  return { name: "compare_searches", specification, rows };
}

function bestOfNCurves(
  drawn: readonly DrawnSearch[],
  { metric, method, horizontalLines, visuals }: SearchResults,
): BenchmarkFigure {
  const curves = new Map(drawn.map((search) => [search, bestCurve(search, metric)]));
  const figure: LinePanelsFigure = {
    title: "Best score after n experiments",
    caption: [
      ...method.slice(0, 1),
      "Random searches: expected best of n experiments, unbiased (Tang et al. 2020), with the quartiles of such searches; thin beyond half of the experiments, where it says little. Others: the actual best so far, in the order of their numbers.",
    ],
    panels: panelsOf(drawn, (of) => of.flatMap((search) => curves.get(search)?.line ?? []), {
      horizontalLines,
      faintOf: (of) => of.flatMap((search) => curves.get(search)?.rest ?? []),
    }),
    x: { title: "n, number of experiments" },
    y: { title: `best ${scoreName(metric, visuals)}`, hint: hintOf(metric), isScore: true },
  };
  return { name: "best_of_n", specification: linePanels(figure), rows: lineRows(figure.panels) };
}

/** Whether the experiments were drawn independently, so that any n of them are like any others. */
function isExchangeable({ name, design }: SearchFacts): boolean {
  return design === undefined
    ? name.kind === "random"
    : design === "random" || design === "sampleOfGrid";
}

type BestCurve = {
  readonly line: FigureLine;
  /** Beyond what is reliable. */ readonly rest?: FigureLine;
};

function bestCurve(search: DrawnSearch, { direction }: Metric): BestCurve {
  const label = bestLabel(search);
  const { look } = search;
  if (!isExchangeable(search.facts)) {
    const scores = search.experiments.map(({ rank, summary }) =>
      rank === undefined ? undefined : summary.mean,
    );
    const best = bestSoFar(scores, direction);
    return { line: { label, look, points: [...best].map((y, index) => ({ x: index + 1, y })) } };
  }
  const { size, expected, lowerQuartile, upperQuartile, reliableUpTo } = bestOfN(
    search.scores,
    direction,
  );
  const points = [...size].map((x, index) => ({
    x,
    y: expected[index] ?? Number.NaN,
    low: lowerQuartile[index] ?? Number.NaN,
    high: upperQuartile[index] ?? Number.NaN,
  }));
  const rest = points.slice(Math.max(0, reliableUpTo - 1)).map(({ x, y }) => ({ x, y }));
  return {
    line: { label, look, points: points.slice(0, Math.max(1, reliableUpTo)) },
    rest: { label, points: rest },
  };
}

function bestLabel({ label, facts, experiments }: DrawnSearch): string {
  const kind = isExchangeable(facts) ? "expected" : "best so far";
  return `${label.join(" ")} (${kind}, of ${counted(experiments.length, "experiment")})`;
}

function distributionFunctions(
  drawn: readonly DrawnSearch[],
  { metric, method, visuals }: SearchResults,
): BenchmarkFigure {
  const lines = (of: readonly DrawnSearch[]) =>
    of.map(({ label, look, scores }) => {
      const { x, share, n } = distributionFunction(scores);
      const steps = [...x].map((at, index) => ({ x: at, y: share[index] ?? Number.NaN }));
      const start = { x: x[0] ?? Number.NaN, y: 0 };
      return { label: `${label.join(" ")} (n = ${n})`, look, points: [start, ...steps] };
    });
  const figure: LinePanelsFigure = {
    title: "Share of experiments up to each score",
    caption: [
      ...method.slice(0, 1),
      `Empirical distribution functions: ${metric.direction === "maximise" ? "a curve further to the right, and lower," : "a curve further to the left, and higher,"} is the better search. n: experiments that have a score.`,
    ],
    panels: panelsOf(drawn, lines, { horizontalLines: [] }),
    x: { title: scoreName(metric, visuals), hint: hintOf(metric, "→"), isScore: true },
    y: { title: "share of experiments", domain: [0, 1] },
    interpolate: "step",
  };
  return {
    name: "distribution_functions",
    specification: linePanels(figure),
    rows: lineRows(figure.panels),
  };
}

/** A panel for each task. */
function panelsOf(
  drawn: readonly DrawnSearch[],
  linesOfTask: (of: readonly DrawnSearch[]) => readonly FigureLine[],
  {
    horizontalLines,
    faintOf = () => [],
  }: {
    readonly horizontalLines: readonly TaskReference[];
    readonly faintOf?: (of: readonly DrawnSearch[]) => readonly FigureLine[];
  },
): LinePanelsFigure["panels"] {
  const tasks = [...new Set(drawn.map(({ task }) => task))];
  return tasks.map((task) => {
    const of = drawn.filter((search) => search.task === task);
    const references = linesOf(horizontalLines).filter((line) => (line.task ?? task) === task);
    return { name: of[0]?.title ?? task, lines: linesOfTask(of), faint: faintOf(of), references };
  });
}

/** How much stands behind the figure, and what is not in it. */
function countsCaption(
  searches: readonly ScoredSearch[],
  rankings: readonly TaskRanking[],
  metric: Metric,
): string {
  const all = rankings.flatMap(({ experiments }) => experiments);
  const drawn = all.filter(({ rank }) => rank !== undefined).length;
  const failed = all.filter((one) => one.rank === undefined && one.summary.n > 0);
  const diverged = failed.length;
  const names = failed.map((one) => failureName(one, metric));
  const failures = [...new Set(names)].map(
    (name) => `${names.filter((other) => other === name).length} ${name}`,
  );
  const sum = (of: (search: ScoredSearch) => number) =>
    searches.reduce((total, search) => total + of(search), 0);
  const missing = [
    ...failures,
    ...(all.length > drawn + diverged ? [`${all.length - drawn - diverged} without a score`] : []),
  ];
  const left = missing.length === 0 ? "" : ` (not drawn: ${missing.join(", ")})`;
  return `${drawn} of ${all.length} experiments${left}; runs: ${sum((one) => one.completed)} completed, ${sum((one) => one.crashed)} crashed, ${sum((one) => one.unfinished)} not finished.`;
}
