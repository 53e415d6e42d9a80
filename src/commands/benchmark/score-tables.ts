import { stringify } from "csv-stringify/sync";

import type { RankedExperiment } from "../../core/analysis/ranking.ts";
import { topExperiments } from "../../core/analysis/searches/top.ts";
import { ownValue } from "../../core/config/config.ts";
import { modelsJson } from "./models-report.ts";
import type { BenchmarkReport } from "./report.ts";

/** An experiment a line, best first. */
export function scoresCsv({ rankings }: Pick<BenchmarkReport, "rankings">): string {
  const all = rankings.flatMap(({ experiments }) => withStanding(experiments));
  const varied = [...new Set(all.flatMap((one) => Object.keys(one.varied)))];
  const rows = all.map((one) => [
    one.task,
    one.rank ?? "",
    one.search,
    one.experiment,
    ...varied.map((name) => csvValue(ownValue(one.varied, name))),
    one.summary.n === 0 ? "" : one.summary.mean,
    one.summary.sd ?? "",
    one.summary.interval?.low ?? "",
    one.summary.interval?.high ?? "",
    one.standing ?? "",
    one.summary.n,
    one.seeds.map(({ seed, score }) => `${seed}:${score}`).join(" "),
    one.crashed?.length ?? 0,
  ]);
  const head = ["task", "rank", "search", "experiment", ...varied];
  const columns = [
    ...head,
    "score",
    "sd",
    "ci95_low",
    "ci95_high",
    "standing",
    "n_seeds",
    "seeds",
    "n_crashed",
  ];
  // A spreadsheet would carry out a text that begins like a formula: it gets an apostrophe before it.
  return stringify([columns, ...rows], { escape_formulas: true });
}

const csvValue = (value: unknown) =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : (value ?? "");

/** Numbers that JSON does not have are null; `diverged` names the seeds. */
export function scoresJson({
  metric,
  method,
  notes,
  rankings,
  optimism,
  models,
  importance,
}: BenchmarkReport | Omit<BenchmarkReport, "files">): object {
  const tasks = rankings.map(({ task, experiments }) => {
    return { task, experiments: withStanding(experiments) };
  });
  const more = {
    ...(models && { models: modelsJson(models) }),
    ...(importance && { importance }),
  };
  return { schemaVersion: 1, metric, method, notes, tasks, optimism, ...more };
}

/** What can be told from the best; undefined without a score. */
function withStanding(experiments: readonly RankedExperiment[]) {
  const scored = topExperiments(experiments, Number.POSITIVE_INFINITY);
  // Both are in the order of the ranking, in which those without a score come last.
  return experiments.map((one, index) => ({ ...one, standing: scored[index]?.standing }));
}
