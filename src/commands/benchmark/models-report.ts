import type { AggregateEstimate } from "../../core/analysis/tasks/aggregates.ts";
import { failureName } from "../../core/analysis/searches/failure-name.ts";
import type { Metric } from "../../core/search/metric.ts";
import { renderTable, type TableColumn } from "../plain-table.ts";
import type { ModelComparison } from "./compare-models.ts";
import type { Model, TaskModels } from "./models.ts";
import { shortNumber } from "../../core/short-number.ts";

/** For a person: the models of each task, then what several tasks say together. */
export function renderModels(
  { tasks, overTasks, improvements }: ModelComparison,
  metric: Metric,
  topK: number,
): readonly string[] {
  const direction = metric.direction === "maximise" ? "highest" : "lowest";
  return [
    ...tasks.map(({ task, models }) => {
      const shown = Math.min(topK, models.length);
      const head = `${task}: ${shown} of ${models.length} models, ${direction} score first`;
      return `${head}\n${renderTask({ task, models: models.slice(0, topK) }, metric)}`;
    }),
    ...(overTasks === undefined ? [] : [`All tasks\n${renderAggregates(overTasks)}`]),
    ...(improvements.length === 0
      ? []
      : [
          `Probability that a run of the first beats one of the second\n${renderPairs(improvements)}`,
        ]),
  ];
}

function renderTask({ models }: TaskModels, { aggregation }: Metric): string {
  const column = columnsOf(models);
  return renderTable([
    column("model", ({ label }) => label, "left"),
    column("score", ({ ranked }) =>
      Number.isFinite(ranked.summary.mean)
        ? shortNumber(ranked.summary.mean)
        : failureName(ranked, { aggregation }),
    ),
    column("± 95 %", ({ ranked: { summary } }) => half(summary.interval)),
    column("seeds", ({ ranked: { summary } }) => String(summary.n)),
    column("behind the best by", ({ versusBest }) => differenceOf(versusBest)),
    column("p", ({ versusBest }) => formatP(versusBest?.adjustedP)),
  ]);
}

function differenceOf(versus: Model["versusBest"]): string {
  if (versus === undefined) return "";
  const { difference, test } = versus;
  if (!Number.isFinite(difference)) return "";
  const size = shortNumber(Math.abs(difference));
  if (test === undefined) return size;
  // The interval of the distance to the best, whichever direction is good.
  const sign = difference < 0 ? -1 : 1;
  const ends = [sign * test.interval.low, sign * test.interval.high].sort((a, b) => a - b);
  return `${size} [${ends.map(shortNumber).join(", ")}]`;
}

function renderAggregates({ aggregates }: NonNullable<ModelComparison["overTasks"]>): string {
  const column = columnsOf(aggregates);
  return renderTable([
    column("model", ({ label }) => label, "left"),
    column("interquartile mean", ({ aggregates: of }) => formatEstimate(of.iqm)),
    column("mean", ({ aggregates: of }) => formatEstimate(of.mean)),
    column("median", ({ aggregates: of }) => formatEstimate(of.median)),
  ]);
}

function renderPairs(pairs: ModelComparison["improvements"]): string {
  const column = columnsOf(pairs);
  return renderTable([
    column("first", ({ better }) => better, "left"),
    column("second", ({ other }) => other, "left"),
    column("probability", formatEstimate),
  ]);
}

function columnsOf<Row>(rows: readonly Row[]) {
  return (
    head: string,
    cellOf: (row: Row) => string,
    align: TableColumn["align"] = "right",
  ): TableColumn => ({ head, align, cells: rows.map(cellOf) });
}

function formatEstimate({ estimate, interval }: AggregateEstimate): string {
  if (interval === undefined) return shortNumber(estimate);
  return `${shortNumber(estimate)} [${shortNumber(interval.low)}, ${shortNumber(interval.high)}]`;
}

function half(interval: { readonly low: number; readonly high: number } | undefined): string {
  return interval === undefined ? "" : shortNumber((interval.high - interval.low) / 2);
}

/** Small ones are not zero. */
function formatP(p: number | undefined): string {
  if (p === undefined) return "";
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** For `--json` and `models.json`. */
export function modelsJson({ tasks, overTasks, improvements, method }: ModelComparison): object {
  return {
    method,
    tasks: tasks.map(({ task, models }) => ({
      task,
      models: models.map(({ label, ranked, versusBest }) => ({
        label,
        search: ranked.search,
        experiment: ranked.experiment,
        summary: ranked.summary,
        behindBest: versusBest && {
          difference: versusBest.difference,
          test: versusBest.test,
          adjustedP: versusBest.adjustedP,
          permutation: versusBest.permutation,
          effectSize: versusBest.effectSize,
          superiority: versusBest.superiority,
        },
      })),
    })),
    overTasks: overTasks && { tasks: overTasks.tasks, aggregates: overTasks.aggregates },
    improvements,
  };
}
