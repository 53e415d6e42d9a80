import { basename, dirname, join } from "node:path";

import { type OptimismGap, optimismGap } from "../../core/analysis/searches/optimism.ts";
import { optimismGapFigure } from "../../core/figures/optimism-gap.ts";
import { titleOf } from "../../core/figures/visuals.ts";
import { oneLine } from "../../core/printable.ts";
import { parseSearchName } from "../../core/search-name.ts";
import { canonicalJson } from "../../core/config/identity.ts";
import { shortNumber } from "../../core/short-number.ts";
import { scoreDirection } from "../../core/search/aggregation.ts";
import type { RetrainedFrom } from "../../core/search/retraining/retrained-from.ts";
import type { Metric } from "../../core/search/metric.ts";
import type { Host } from "../../host.ts";
import { readSearchFacts } from "../../tree/search-file.ts";
import { renderTable } from "../plain-table.ts";
import { type ScoredSearch, scoreSearches } from "./collect.ts";
import type { BenchmarkFigure } from "./figure.ts";
import { hintOf, scoreName } from "./figure-words.ts";
import type { SearchResults } from "./search-figures.ts";

/** One retrained experiment, against what its search promised. */
export type OptimismRow = OptimismGap & {
  /** Name of the retraining's storage, and the experiment's number there. */
  readonly search: string;
  readonly experiment: number;
  readonly task: string;
  /** Name of the search's storage, and the experiment's number there. */
  readonly source: string;
  readonly from: number;
  /** How many experiments the search had the choice of; null if a person chose. */
  readonly bestOf: number | null;
  /** What trained for longer, and how much; null if nothing did. */
  readonly trainTime: RetrainedFrom["trainTime"];
};

type Reader = Pick<Host, "files" | "clock" | "terminal">;

/**
 * A row for each retrained experiment among the searches. By another metric than they were chosen
 * by, the search itself is read again, if it is still beside the retraining.
 * @param metric - as it was recorded
 */
export async function optimismOf(
  searches: readonly ScoredSearch[],
  metric: Metric,
  host: Reader,
  signal: AbortSignal,
): Promise<readonly OptimismRow[]> {
  const rows: OptimismRow[] = [];
  for (const search of searches) {
    const { retrained } = search.facts;
    if (retrained === undefined) continue;
    const promisedOf = await promises(search, retrained, metric, host, signal);
    for (const { experiment, from } of retrained.experiments) {
      const seeds = search.experiments.find((one) => one.experiment === experiment)?.seeds ?? [];
      rows.push({
        ...optimismGap(
          promisedOf(from),
          seeds.map(({ score }) => score),
          scoreDirection(metric),
        ),
        search: search.name,
        experiment,
        task: search.facts.name.taskName,
        source: retrained.search,
        from,
        bestOf: retrained.chosenBy === "score" ? retrained.candidates : null,
        trainTime: retrained.trainTime?.factor === 1 ? null : retrained.trainTime,
      });
    }
  }
  return rows;
}

/** The scores that the experiments of a search had there, by their numbers. */
async function promises(
  { storage }: ScoredSearch,
  retrained: RetrainedFrom,
  metric: Metric,
  host: Reader,
  signal: AbortSignal,
): Promise<(from: number) => readonly number[]> {
  if (retrained.metric !== null && canonicalJson(retrained.metric) === canonicalJson(metric)) {
    return (from) => retrained.experiments.find((one) => one.from === from)?.scores ?? [];
  }
  // A name from a file: only what lies in the same folder is looked at.
  const source = join(dirname(storage), basename(retrained.search));
  if (host.files.list(source)?.includes("search.json") !== true) return () => [];
  const facts = readSearchFacts(source, host);
  const [scored] = (await scoreSearches([{ storage: source, facts }], metric, host, signal)) ?? [];
  const experiments = new Map(scored?.experiments.map((one) => [one.experiment, one]));
  return (from) =>
    (experiments.get(from)?.seeds ?? []).map(({ score }) => score).filter(Number.isFinite);
}

const VERDICTS: Readonly<Record<OptimismGap["verdict"], string>> = {
  "too-good": "the search promised too much",
  kept: "as the search promised",
  exceeded: "better than in the search",
  unknown: "",
};

/** What to know of the gaps; nothing if there are none. */
export function describeOptimism(rows: readonly OptimismRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const longer = rows.find(({ trainTime }) => trainTime !== null)?.trainTime ?? null;
  return [
    "Gap: by how much the mean in the search is better than that of the retraining; Welch's interval, 95 %. The best of many is chosen partly for its luck, so report the retraining's score.",
    ...(longer === null
      ? []
      : [
          `The retraining trained ${longer.factor} times as long (${longer.key}): the gap holds what that adds, too.`,
        ]),
  ];
}

/** Letters of a row's name in the figure. */
const MAX_LABEL = 36;

/** As figures: none if nothing was retrained, or has a score. */
export function optimismFigures(
  rows: readonly OptimismRow[],
  { metric, method, visuals }: Pick<SearchResults, "metric" | "method" | "visuals">,
): readonly BenchmarkFigure[] {
  const drawn = rows.filter(
    ({ searched, retrained }) => Number.isFinite(searched.mean) || Number.isFinite(retrained.mean),
  );
  if (drawn.length === 0) return [];
  const specification = optimismGapFigure({
    rows: drawn.map(({ task, source, from, searched, retrained }) => ({
      task: titleOf(visuals, oneLine(task)),
      label: `${oneLine(shortName(source), MAX_LABEL)} experiment${from} (n = ${searched.n}, ${retrained.n})`,
      searched,
      retrained,
    })),
    metric: scoreName(metric, visuals),
    hint: hintOf({ ...metric, direction: scoreDirection(metric) }, "→"),
    caption: [
      ...method.slice(0, 1),
      "Points: means over the seeds, n: how many, in the search and retrained; lines: Student's t interval, 95 %, from 3 seeds on.",
      ...describeOptimism(rows)
        .slice(1)
        .map((line) => oneLine(line)),
    ],
  });
  return [{ name: "optimism", specification, rows: rows.map(tableRow) }];
}

/** `ju12 mlp` for `ju12_f7b375e_mlp_digits_grid_first`. */
function shortName(storage: string): string {
  const name = parseSearchName(storage);
  return name === undefined ? storage : `${name.id} ${name.algName}`;
}

/** For a person. @param rows - at least one */
export function renderOptimism(rows: readonly OptimismRow[]): string {
  const column = (
    head: string,
    cellOf: (row: OptimismRow) => string,
    align: "left" | "right" = "right",
  ) => ({ head, align, cells: rows.map(cellOf) });
  const table = renderTable([
    column("retraining", ({ search }) => search, "left"),
    column("experiment", ({ experiment }) => String(experiment)),
    column("was", ({ from }) => `experiment${from}`, "left"),
    column("best of", ({ bestOf }) => (bestOf === null ? "" : String(bestOf))),
    column("in the search", ({ searched }) => scoreText(searched.mean)),
    column("retrained", ({ retrained }) => scoreText(retrained.mean)),
    column("gap", ({ gap }) => scoreText(gap)),
    column("± 95 %", ({ interval }) =>
      interval === undefined ? "" : shortNumber((interval.high - interval.low) / 2),
    ),
    column("seeds", ({ searched, retrained }) => `${searched.n}, ${retrained.n}`),
    column("", ({ verdict }) => VERDICTS[verdict], "left"),
  ]);
  return `What the searches promised, and what retraining kept:\n${table}`;
}

const scoreText = (value: number) => (Number.isFinite(value) ? shortNumber(value) : "no score");

/** As a line of `optimism.csv`; what is not known is empty. */
function tableRow(row: OptimismRow): BenchmarkFigure["rows"][number] {
  const { searched, retrained, interval, trainTime } = row;
  return {
    task: row.task,
    retraining: row.search,
    experiment: row.experiment,
    search: row.source,
    from: row.from,
    best_of: row.bestOf ?? "",
    search_score: searched.n === 0 ? "" : searched.mean,
    search_n: searched.n,
    retrain_score: retrained.n === 0 ? "" : retrained.mean,
    retrain_n: retrained.n,
    gap: Number.isNaN(row.gap) ? "" : row.gap,
    ci95_low: interval?.low ?? "",
    ci95_high: interval?.high ?? "",
    train_time_key: trainTime?.key ?? "",
    train_time_factor: trainTime?.factor ?? "",
  };
}
