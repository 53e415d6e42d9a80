import { join, relative, resolve } from "node:path";

import { stringify } from "csv-stringify/sync";

import { describeAggregation } from "../../core/analysis/score.ts";
import { ownValue } from "../../core/config/config.ts";
import { oneLine } from "../../core/printable.ts";
import { compareSearches } from "../../core/figures/compare-searches.ts";
import { failureWord, isTime } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/search-facts.ts";
import { toIso } from "../../core/time.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { TaskRanking } from "../../core/analysis/ranking.ts";
import type { ScoredSearch } from "./collect.ts";
import { labelSearches } from "./labels.ts";
import { drawOptimism, optimismCsv } from "./optimism.ts";
import type { BenchmarkReport } from "./report.ts";

const NAME = "compare_searches";
const PROBE = ".probe";
const MAX_FIGURE_TEXT = 80;
/** Folder names end at 255 bytes. */
const MAX_NAME = 200;
const FIGURE_LEGEND =
  "A point: an experiment. A box: quartiles and median; whiskers reach to 1.5 times its height at most.";

/** A folder for results: as asked for, else below the root, else, if that is read-only, here. */
export function makeOutputFolder(
  outDir: string | undefined,
  root: string,
  name: string,
  { files, workingFolder, terminal }: Pick<Host, "files" | "workingFolder" | "terminal">,
): string {
  // The list's name may be anything; a folder's is short, and safe to type.
  const whole = `${NAME}_${name}`.replace(/[^\p{L}\p{N}.+_-]+/gu, "-");
  const folder = new TextDecoder().decode(new TextEncoder().encode(whole).subarray(0, MAX_NAME));
  const wanted =
    outDir === undefined ? join(root, "benchmark", folder) : resolve(workingFolder, outDir);
  try {
    files.makeFolders(wanted);
    // It may be there since the root could still be written.
    files.replace(join(wanted, PROBE), "");
    files.remove(join(wanted, PROBE));
    return wanted;
  } catch (error) {
    if (outDir !== undefined || !["EROFS", "EACCES", "EPERM"].includes(errnoOf(error) ?? "")) {
      throw error;
    }
  }
  const instead = join(workingFolder, "hatchery_benchmark", folder);
  files.makeFolders(instead);
  terminal.note(`${root} cannot be written; results go to ${instead}.`);
  return instead;
}

/** Writes tables, figures and what they were made of. @returns paths relative to the working folder */
export async function writeOutputs(
  folder: string,
  report: Omit<BenchmarkReport, "files">,
  host: Pick<Host, "files" | "images" | "clock" | "workingFolder" | "terminal">,
): Promise<readonly string[]> {
  const written: string[] = [];
  const write = (name: string, content: string | Uint8Array) => {
    host.files.replace(join(folder, name), content);
    written.push(relative(host.workingFolder, join(folder, name)));
  };
  write("scores.csv", scoresCsv(report));
  write("scores.json", `${JSON.stringify(scoresJson(report), undefined, 2)}\n`);
  if (report.optimism.length > 0) write("optimism.csv", optimismCsv(report.optimism));
  const { optimism, metric, method } = report;
  const figures = [
    { name: NAME, figure: drawFigure(report) },
    { name: "optimism", figure: drawOptimism(optimism, metric, method) },
  ];
  for (const { name, figure } of figures) {
    if (figure === undefined) continue;
    write(`${name}.vl.json`, `${JSON.stringify(figure, undefined, 2)}\n`);
    write(`${name}.svg`, await host.images.render(figure, "svg"));
    try {
      write(`${name}.png`, await host.images.render(figure, "png"));
    } catch (error) {
      if (!(error instanceof UserError && error.code === "unavailable")) throw error;
      host.terminal.note(`${error.message} ${error.hint}`);
    }
  }
  write(
    "sources.json",
    `${JSON.stringify(sources(folder, report, host.clock.now()), undefined, 2)}\n`,
  );
  return written;
}

/** How the scores came about. */
export function describeMethod({
  metric,
  searches,
}: Pick<BenchmarkReport, "metric" | "searches">): readonly string[] {
  const series = metric.series === "train" ? "" : ` of ${oneLine(metric.series)}`;
  const crashed = searches.reduce((sum, one) => sum + one.crashed, 0);
  return [
    `Score of a run: ${describeAggregation(metric.aggregation)} of ${oneLine(metric.name)}${series}; of an experiment: mean over its completed seeds.`,
    `Interval: Student's t, 95 %, from 3 seeds on. Crashed runs (${crashed}) have no score and are left out.`,
  ];
}

function drawFigure({
  searches,
  rankings,
  metric,
  method,
}: Omit<BenchmarkReport, "files">): object | undefined {
  const labels = labelSearches(searches);
  const boxes = searches.flatMap(({ name, facts }, index) => {
    const task = facts.name.taskName;
    const scores = rankings
      .flatMap(({ experiments }) => experiments)
      .filter(({ search, rank }) => search === name && rank !== undefined)
      .map(({ summary }) => summary.mean);
    const label = (labels[index] ?? [name]).map((line) => oneLine(line));
    return scores.length === 0 ? [] : [{ task: oneLine(task), label, scores }];
  });
  if (boxes.length === 0) return undefined;
  return compareSearches({
    boxes,
    metric: oneLine(
      isTime(metric.aggregation) ? `time to ${metric.name}` : metric.name,
      MAX_FIGURE_TEXT,
    ),
    direction: metric.direction,
    // No SVG file may hold a control character, not even an escaped one.
    caption: [...method.slice(0, 1), FIGURE_LEGEND, countsCaption(searches, rankings, metric)],
  });
}

/** How much stands behind the figure, and what is not in it. */
function countsCaption(
  searches: readonly ScoredSearch[],
  rankings: readonly TaskRanking[],
  { aggregation }: Metric,
): string {
  const all = rankings.flatMap(({ experiments }) => experiments);
  const drawn = all.filter(({ rank }) => rank !== undefined).length;
  const diverged = all.filter((one) => one.rank === undefined && one.summary.n > 0).length;
  const sum = (of: (search: ScoredSearch) => number) =>
    searches.reduce((total, search) => total + of(search), 0);
  const missing = [
    ...(diverged > 0 ? [`${diverged} ${failureWord(aggregation)}`] : []),
    ...(all.length > drawn + diverged ? [`${all.length - drawn - diverged} without a score`] : []),
  ];
  const left = missing.length === 0 ? "" : ` (not drawn: ${missing.join(", ")})`;
  return `${drawn} of ${all.length} experiments${left}; runs: ${sum((one) => one.completed)} completed, ${sum((one) => one.crashed)} crashed, ${sum((one) => one.unfinished)} not finished.`;
}

function scoresCsv({ rankings }: Omit<BenchmarkReport, "files">): string {
  const all = rankings.flatMap(({ experiments }) => experiments);
  const varied = [...new Set(all.flatMap((one) => Object.keys(one.varied)))];
  const rows = all.map(({ rank, task, search, experiment, varied: values, summary, seeds }) => [
    task,
    rank ?? "",
    search,
    experiment,
    ...varied.map((name) => csvValue(ownValue(values, name))),
    summary.n === 0 ? "" : summary.mean,
    summary.sd ?? "",
    summary.interval?.low ?? "",
    summary.interval?.high ?? "",
    summary.n,
    seeds.map(({ seed, score }) => `${seed}:${score}`).join(" "),
  ]);
  const head = ["task", "rank", "search", "experiment", ...varied];
  const columns = [...head, "score", "sd", "ci95_low", "ci95_high", "n_seeds", "seeds"];
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
}: Omit<BenchmarkReport, "files">): object {
  return { schemaVersion: 1, metric, method, notes, tasks: rankings, optimism };
}

function sources(
  folder: string,
  { searches, metric }: Omit<BenchmarkReport, "files">,
  nowMs: number,
): object {
  return {
    schemaVersion: 1,
    benchmarkType: NAME,
    madeAt: toIso(nowMs),
    metric,
    storages: searches.map(
      ({ name, storage, facts, runs, completed, crashed, unfinished }: ScoredSearch) => ({
        name,
        /** Relative to this file. */
        path: relative(folder, storage),
        repositories: facts.repositories,
        runs,
        completed,
        crashed,
        unfinished,
      }),
    ),
  };
}
