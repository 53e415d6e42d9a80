import type { RankedExperiment, TaskRanking } from "../../core/analysis/ranking.ts";
import { type ConfigValue, ownValue } from "../../core/config/config.ts";
import { oneLine } from "../../core/printable.ts";
import { failureWord, isTime } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/search-facts.ts";
import { renderTable } from "../plain-table.ts";
import type { ScoredSearch } from "./collect.ts";
import { describeOptimism, type OptimismRow, renderOptimism } from "./optimism.ts";

export type BenchmarkReport = {
  readonly metric: Metric;
  /** How the scores came about, a sentence each. */
  readonly method: readonly string[];
  readonly rankings: readonly TaskRanking[];
  readonly searches: readonly ScoredSearch[];
  /** What a reader should know before believing the table. */
  readonly notes: readonly string[];
  /** What the searches promised of the experiments that were retrained. */
  readonly optimism: readonly OptimismRow[];
  readonly topK: number;
  /** Of what was written, relative to the working folder. */
  readonly files: readonly string[];
};

const SIGNIFICANT_DIGITS = 4;

export function renderBenchmark(report: BenchmarkReport): string {
  const { rankings, metric, method, notes, optimism, files, topK } = report;
  const direction = metric.direction === "maximise" ? "highest" : "lowest";
  const order = isTime(metric.aggregation)
    ? "shortest time"
    : `${direction} ${oneLine(metric.name)}`;
  const failure = failureWord(metric.aggregation);
  const tables = rankings.map(({ task, experiments }) => {
    const shown = Math.min(topK, experiments.length);
    const head = `${task}: ${shown} of ${experiments.length} experiments, ${order} first`;
    return `${head}\n${renderRanking(experiments.slice(0, topK), failure)}`;
  });
  return [
    ...tables,
    ...(optimism.length === 0 ? [] : [renderOptimism(optimism)]),
    [...method, ...describeOptimism(optimism), ...notes.map((note) => `Note: ${note}`)].join("\n"),
    ...(files.length === 0 ? [] : [["Written:", ...files.map((file) => `  ${file}`)].join("\n")]),
  ].join("\n\n");
}

function renderRanking(experiments: readonly RankedExperiment[], failure: string): string {
  const varied = [...new Set(experiments.flatMap((one) => Object.keys(one.varied)))];
  const column = (
    head: string,
    cellOf: (one: RankedExperiment) => string,
    align: "left" | "right" = "right",
  ) => ({ head, align, cells: experiments.map(cellOf) });
  return renderTable([
    column("rank", ({ rank }) => (rank === undefined ? "" : String(rank))),
    column("search", ({ search }) => search, "left"),
    column("experiment", ({ experiment }) => String(experiment)),
    ...varied.map((name) => column(name, (one) => formatValue(ownValue(one.varied, name)))),
    column("score", (one) => formatScore(one, failure)),
    column("± 95 %", formatInterval),
    column("seeds", ({ summary }) => String(summary.n)),
  ]);
}

function formatScore({ summary }: RankedExperiment, failure: string): string {
  if (summary.n === 0) return "no score";
  return Number.isFinite(summary.mean) ? formatNumber(summary.mean) : failure;
}

function formatInterval({ summary: { interval } }: RankedExperiment): string {
  return interval === undefined ? "" : formatNumber((interval.high - interval.low) / 2);
}

function formatValue(value: ConfigValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}
