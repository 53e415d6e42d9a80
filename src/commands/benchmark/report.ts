import Table from "cli-table3";

import type { RankedExperiment, TaskRanking } from "../../core/analysis/ranking.ts";
import { failureWord, isTime } from "../../core/search/aggregation.ts";
import type { ConfigValue } from "../../core/config/config.ts";
import type { Metric } from "../../core/search/search-facts.ts";
import { PLAIN_TABLE } from "../plain-table.ts";
import type { ScoredSearch } from "./collect.ts";

export type BenchmarkReport = {
  readonly metric: Metric;
  /** How the scores came about, a sentence each. */
  readonly method: readonly string[];
  readonly rankings: readonly TaskRanking[];
  readonly searches: readonly ScoredSearch[];
  /** What a reader should know before believing the table. */
  readonly notes: readonly string[];
  readonly topK: number;
  /** Of what was written, relative to the working folder. */
  readonly files: readonly string[];
};

const SIGNIFICANT_DIGITS = 4;

export function renderBenchmark(report: BenchmarkReport): string {
  const { rankings, metric, method, notes, files, topK } = report;
  const direction = metric.direction === "maximise" ? "highest" : "lowest";
  const order = isTime(metric.aggregation) ? "shortest time" : `${direction} ${metric.name}`;
  const failure = failureWord(metric.aggregation);
  const tables = rankings.map(({ task, experiments }) => {
    const shown = Math.min(topK, experiments.length);
    const head = `${task}: ${shown} of ${experiments.length} experiments, ${order} first`;
    return `${head}\n${renderTable(experiments.slice(0, topK), failure)}`;
  });
  return [
    ...tables,
    [...method, ...notes.map((note) => `Note: ${note}`)].join("\n"),
    ...(files.length === 0 ? [] : [["Written:", ...files.map((file) => `  ${file}`)].join("\n")]),
  ].join("\n\n");
}

function renderTable(experiments: readonly RankedExperiment[], failure: string): string {
  const varied = [...new Set(experiments.flatMap((one) => Object.keys(one.varied)))];
  const table = new Table({
    head: ["rank", "search", "experiment", ...varied, "score", "± 95 %", "seeds"],
    colAligns: [
      "right",
      "left",
      "right",
      ...varied.map(() => "right" as const),
      "right",
      "right",
      "right",
    ],
    style: { head: [], border: [], compact: true },
    chars: PLAIN_TABLE,
  });
  for (const one of experiments) {
    table.push([
      one.rank === undefined ? "" : String(one.rank),
      one.search,
      String(one.experiment),
      ...varied.map((name) => formatValue(one.varied[name])),
      formatScore(one, failure),
      formatInterval(one),
      String(one.summary.n),
    ]);
  }
  return table.toString();
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
