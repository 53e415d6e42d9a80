import { basename, dirname } from "node:path";

import type { RankedExperiment, TaskRanking } from "../../core/analysis/ranking.ts";
import { failureName } from "../../core/analysis/searches/failure-name.ts";
import { topExperiments } from "../../core/analysis/searches/top.ts";
import { type ConfigValue, ownValue } from "../../core/config/config.ts";
import { oneLine } from "../../core/printable.ts";
import { isTime } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/metric.ts";
import { renderTable } from "../plain-table.ts";
import type { ScoredSearch } from "./collect.ts";
import type { ModelComparison } from "./compare-models.ts";
import type { SearchImportance } from "./importance.ts";
import { describeOptimism, type OptimismRow, renderOptimism } from "./optimism.ts";
import { renderModels } from "./models-report.ts";
import { shortNumber } from "../../core/short-number.ts";
import type { BenchmarkOptions } from "./options.ts";

export type BenchmarkReport = {
  readonly type: BenchmarkOptions["benchmarkType"];
  readonly metric: Metric;
  /** How the scores came about, a sentence each. */
  readonly method: readonly string[];
  readonly rankings: readonly TaskRanking[];
  readonly searches: readonly ScoredSearch[];
  /** Of `compare_searches`, if it was asked for. */
  readonly importance?: readonly SearchImportance[];
  /** Of `compare_models` only. */
  readonly models?: ModelComparison;
  /** What a reader should know before believing the table. */
  readonly notes: readonly string[];
  /** What the searches promised of the experiments that were retrained. */
  readonly optimism: readonly OptimismRow[];
  readonly topK: number;
  /** What the same results can be made again with. */
  readonly settings: Readonly<Record<string, string | number | null>>;
  /** Of what was written, relative to the working folder. */
  readonly files: readonly string[];
};

export function renderBenchmark(report: BenchmarkReport): string {
  const { rankings, metric, method, notes, optimism, files, topK } = report;
  const direction = metric.direction === "maximise" ? "highest" : "lowest";
  const order = isTime(metric.aggregation)
    ? "shortest time"
    : `${direction} ${oneLine(metric.name)}`;
  const rankingTables = rankings.map(({ task, experiments }) => {
    const shown = firstOf(experiments, topK);
    const head = `${task}: ${shown.length} of ${experiments.length} experiments, ${order} first`;
    return `${head}\n${renderRanking(shown, metric)}`;
  });
  const tables =
    report.models === undefined ? rankingTables : renderModels(report.models, metric, topK);
  return [
    ...tables,
    ...(report.importance ?? []).flatMap(renderImportance),
    ...(optimism.length === 0 ? [] : [renderOptimism(optimism)]),
    [...method, ...describeOptimism(optimism), ...notes.map((note) => `Note: ${note}`)].join("\n"),
    ...(files.length === 0 ? [] : [renderFiles(files)]),
  ].join("\n\n");
}

const MAX_PARAMETERS = 10;

function renderImportance({ label, report }: SearchImportance): readonly string[] {
  if (report === undefined) return [];
  const shown = report.parameters.slice(0, MAX_PARAMETERS);
  const table = renderTable([
    { head: "parameter", align: "left", cells: shown.map(({ name }) => name) },
    {
      head: "importance",
      align: "right",
      cells: shown.map(({ importance }) => importance.toFixed(2)),
    },
    {
      head: "95 %",
      align: "left",
      cells: shown.map(({ interval: { low, high } }) => `${low.toFixed(2)} to ${high.toFixed(2)}`),
    },
  ]);
  const explained = Math.round(100 * Math.max(0, report.explained));
  return [
    `Which parameters mattered, ${label}: the forest predicts ${explained} % of the variance\n${table}`,
  ];
}

/** A line for each table and figure; all lie in one folder. */
function renderFiles(files: readonly string[]): string {
  const endings = new Map<string, string[]>();
  for (const file of files) {
    const [name = "", ...rest] = basename(file).split(".");
    endings.set(name, [...(endings.get(name) ?? []), rest.join(".")]);
  }
  const lines = [...endings].map(([name, of]) => `  ${name}: ${of.join(", ")}`);
  return [`Written to ${dirname(files[0] ?? "")}:`, ...lines].join("\n");
}

type ShownExperiment = RankedExperiment & { readonly standing: string };

const STANDINGS = { best: "best", tied: "tied with it", apart: "worse", unknown: "?" } as const;

/** The best ones with those that share the last rank; then, if there are not so many, the others. */
function firstOf(
  experiments: readonly RankedExperiment[],
  topK: number,
): readonly ShownExperiment[] {
  const top = topExperiments(experiments, topK).map((one) => {
    return { ...one, standing: STANDINGS[one.standing] };
  });
  const rest = experiments.slice(top.length, Math.max(topK, top.length));
  return [...top, ...rest.map((one) => ({ ...one, standing: "" }))];
}

function renderRanking(experiments: readonly ShownExperiment[], metric: Metric): string {
  const varied = [...new Set(experiments.flatMap((one) => Object.keys(one.varied)))];
  const column = (
    head: string,
    cellOf: (one: ShownExperiment) => string,
    align: "left" | "right" = "right",
  ) => ({ head, align, cells: experiments.map(cellOf) });
  return renderTable([
    column("rank", ({ rank }) => (rank === undefined ? "" : String(rank))),
    column("search", ({ search }) => search, "left"),
    column("experiment", ({ experiment }) => String(experiment)),
    ...varied.map((name) => column(name, (one) => formatValue(ownValue(one.varied, name)))),
    column("score", (one) => formatScore(one, metric)),
    column("± 95 %", formatInterval),
    column("", ({ standing }) => standing, "left"),
    column("seeds", ({ summary }) => String(summary.n)),
  ]);
}

function formatScore(one: RankedExperiment, metric: Metric): string {
  const { n, mean } = one.summary;
  if (n === 0) return "no score";
  return Number.isFinite(mean) ? shortNumber(mean) : failureName(one, metric);
}

function formatInterval({ summary: { interval } }: RankedExperiment): string {
  return interval === undefined ? "" : shortNumber((interval.high - interval.low) / 2);
}

function formatValue(value: ConfigValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return shortNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
