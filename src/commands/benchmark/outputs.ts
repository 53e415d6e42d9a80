import { join, relative, resolve } from "node:path";

import { stringify } from "csv-stringify/sync";

import type { RankedExperiment } from "../../core/analysis/ranking.ts";
import { topExperiments } from "../../core/analysis/searches/top.ts";
import { ownValue } from "../../core/config/config.ts";
import { toIso } from "../../core/time.ts";
import { errnoOf, UserError } from "../../errors.ts";
import type { Host } from "../../host.ts";
import type { ScoredSearch } from "./collect.ts";
import type { BenchmarkFigure } from "./figure.ts";
import { modelsJson } from "./models-report.ts";
import type { BenchmarkReport } from "./report.ts";

/** A report before anything of it is written. */
export type BenchmarkResults = Omit<BenchmarkReport, "files"> & {
  readonly figures: readonly BenchmarkFigure[];
};

const PROBE = ".probe";
/** Folder names end at 255 bytes. */
const MAX_NAME = 200;

/** A folder for results: as asked for, else below the root, else, if that is read-only, here. */
export function makeOutputFolder(
  outDir: string | undefined,
  root: string,
  name: string,
  { files, workingFolder, terminal }: Pick<Host, "files" | "workingFolder" | "terminal">,
): string {
  // The list's name may be anything; a folder's is short, and safe to type.
  const whole = name.replace(/[^\p{L}\p{N}.+_-]+/gu, "-");
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
  report: BenchmarkResults,
  host: Pick<Host, "files" | "images" | "clock" | "workingFolder" | "terminal">,
): Promise<readonly string[]> {
  const written: string[] = [];
  const write = (name: string, content: string | Uint8Array) => {
    host.files.replace(join(folder, name), content);
    written.push(relative(host.workingFolder, join(folder, name)));
  };
  write("scores.csv", scoresCsv(report));
  write("scores.json", `${JSON.stringify(scoresJson(report), undefined, 2)}\n`);
  for (const figure of report.figures) await writeFigure(figure, write, host);
  write(
    "sources.json",
    `${JSON.stringify(sources(folder, report, host.clock.now()), undefined, 2)}\n`,
  );
  return written;
}

/** A figure as images, with its specification and the numbers in it. */
async function writeFigure(
  { name, specification, rows }: BenchmarkFigure,
  write: (name: string, content: string | Uint8Array) => void,
  { images, terminal }: Pick<Host, "images" | "terminal">,
): Promise<void> {
  write(`${name}.vl.json`, `${JSON.stringify(specification, undefined, 2)}\n`);
  write(`${name}.csv`, toCsv(rows));
  write(`${name}.svg`, await images.render(specification, "svg"));
  try {
    write(`${name}.png`, await images.render(specification, "png"));
  } catch (error) {
    if (!(error instanceof UserError && error.code === "unavailable")) throw error;
    terminal.note(`${error.message} ${error.hint}`);
  }
}

function toCsv(rows: BenchmarkFigure["rows"]): string {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column] ?? ""));
  return stringify([columns, ...values], { escape_formulas: true });
}

function scoresCsv({ rankings }: BenchmarkResults): string {
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
  models,
  importance,
}: BenchmarkReport | BenchmarkResults): object {
  const tasks = rankings.map(({ task, experiments }) => {
    return { task, experiments: withStanding(experiments) };
  });
  const more = {
    ...(models && { models: modelsJson(models) }),
    ...(importance && { importance }),
  };
  return { schemaVersion: 1, metric, method, notes, tasks, ...more };
}

/** What can be told from the best; undefined without a score. */
function withStanding(experiments: readonly RankedExperiment[]) {
  const scored = topExperiments(experiments, Number.POSITIVE_INFINITY);
  // Both are in the order of the ranking, in which those without a score come last.
  return experiments.map((one, index) => ({ ...one, standing: scored[index]?.standing }));
}

function sources(
  folder: string,
  { type, searches, metric, settings }: BenchmarkResults,
  nowMs: number,
): object {
  return {
    schemaVersion: 1,
    benchmarkType: type,
    madeAt: toIso(nowMs),
    metric,
    settings,
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
