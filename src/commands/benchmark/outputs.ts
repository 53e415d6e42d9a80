import { join, relative, resolve } from "node:path";

import { stringify } from "csv-stringify/sync";

import { isConfig } from "../../core/config/config.ts";
import { toIso } from "../../core/time.ts";
import type { Host } from "../../host.ts";
import { createFigureWriter, type FigureLook } from "../figure-files.ts";
import { makeWritableFolder } from "../writable-folder.ts";
import { storageSource } from "../storage-source.ts";
import type { ScoredSearch } from "./collect.ts";
import type { BenchmarkFigure } from "./figure.ts";
import type { BenchmarkReport } from "./report.ts";
import { scoresCsv, scoresJson } from "./score-tables.ts";

/** A report before anything of it is written. */
export type BenchmarkResults = Omit<BenchmarkReport, "files"> & {
  readonly figures: readonly BenchmarkFigure[];
};

const SOURCES = "sources.json";
const OWN_NAME = /^[A-Za-z0-9_+-]+\.(csv|json|vl\.json|html|pdf|png|svg)$/;
/** Folder names end at 255 bytes. */
const MAX_NAME = 200;

/** A folder for results: as asked for, else below the root, else, if that is read-only, here. */
export function makeOutputFolder(
  outDir: string | undefined,
  root: string,
  name: string,
  host: Pick<Host, "files" | "workingFolder" | "terminal">,
): string {
  const { workingFolder } = host;
  // The list's name may be anything; a folder's is short, and safe to type.
  const whole = name.replace(/[^\p{L}\p{N}.+_-]+/gu, "-");
  const folder = new TextDecoder().decode(new TextEncoder().encode(whole).subarray(0, MAX_NAME));
  const wanted =
    outDir === undefined ? join(root, "benchmark", folder) : resolve(workingFolder, outDir);
  // What was asked for by name is made there, or not at all.
  const instead =
    outDir === undefined ? join(workingFolder, "hatchery_benchmark", folder) : undefined;
  return makeWritableFolder(wanted, instead, host);
}

/** Writes tables, figures and what they were made of. @returns paths relative to the working folder */
export async function writeOutputs(
  folder: string,
  report: BenchmarkResults,
  look: FigureLook,
  host: Pick<Host, "files" | "images" | "clock" | "workingFolder" | "terminal">,
): Promise<readonly string[]> {
  const earlier = listWritten(folder, host);
  const written: string[] = [];
  const write = (name: string, content: string | Uint8Array) => {
    host.files.replace(join(folder, name), content);
    written.push(name);
  };
  write("scores.csv", scoresCsv(report));
  write("scores.json", `${JSON.stringify(scoresJson(report), undefined, 2)}\n`);
  const writer = createFigureWriter(folder, look, host);
  for (const { name, specification, rows } of report.figures) {
    write(`${name}.csv`, toCsv(rows));
    written.push(...(await writer.write(name, specification)));
  }
  // Figures of another comparison would look like some of this one.
  for (const name of earlier) {
    if (!written.includes(name) && name !== SOURCES) host.files.remove(join(folder, name));
  }
  const made = sources(folder, report, look, { files: written, nowMs: host.clock.now() });
  write(SOURCES, `${JSON.stringify(made, undefined, 2)}\n`);
  return written.map((name) => relative(host.workingFolder, join(folder, name)));
}

/** What an earlier comparison says it wrote into this folder. Only names that we give. */
function listWritten(folder: string, { files }: Pick<Host, "files">): readonly string[] {
  const text = files.read(join(folder, SOURCES));
  const value = text === undefined ? undefined : jsonOf(text);
  const names: unknown = isConfig(value) ? value["files"] : undefined;
  if (!Array.isArray(names)) return [];
  return names.flatMap((name: unknown) =>
    typeof name === "string" && OWN_NAME.test(name) ? [name] : [],
  );
}

/** Undefined for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toCsv(rows: BenchmarkFigure["rows"]): string {
  const columns = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => columns.map((column) => row[column] ?? ""));
  return stringify([columns, ...values], { escape_formulas: true });
}

function sources(
  folder: string,
  { type, searches, metric, settings }: BenchmarkResults,
  { style }: FigureLook,
  { files, nowMs }: { readonly files: readonly string[]; readonly nowMs: number },
): object {
  return {
    schemaVersion: 1,
    benchmarkType: type,
    madeAt: toIso(nowMs),
    metric,
    settings: { ...settings, style },
    /** Beside this one. */
    files,
    storages: searches.map((search: ScoredSearch) => {
      const { storage, facts, runs, completed, crashed, unfinished } = search;
      const source = storageSource(folder, storage, facts);
      return { ...source, runs, completed, crashed, unfinished };
    }),
  };
}
