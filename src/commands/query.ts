import { resolve } from "node:path";

import { isSummary, SUMMARIES, type Summary } from "../core/query/summary.ts";
import { cellText, formatCsv, sortTable, type Table, tableRecords } from "../core/query/table.ts";
import { suggestion } from "../core/config/problems.ts";
import { UserError } from "../errors.ts";
import type { Host } from "../host.ts";
import { openReader, type Reader } from "../tree/reading/reader.ts";
import type { Results } from "../tree/reading/results.ts";
import type { Command } from "./command.ts";
import { checkInteger } from "./options.ts";
import { findProject, storageRoot } from "./project.ts";
import { type QueryReport, renderFields, renderResults } from "./query/render.ts";
import { splitColumns } from "./query/split-columns.ts";

export type QueryOptions = {
  /** The folder, the query, or both. */
  readonly words: readonly string[];
  readonly columns: readonly string[] | undefined;
  readonly sort: string | undefined;
  readonly descending: boolean;
  readonly groupBy: readonly string[] | undefined;
  readonly agg: readonly string[];
  readonly limit: number | undefined;
  readonly csv: string | undefined;
  readonly fields: boolean;
};

/** alquery: which runs are good. */
export const query: Command<QueryOptions, QueryReport> = {
  name: "alquery",
  summary:
    "Finds runs by a query, in logs, searches and named experiments, and shows what they came to.",
  words: { usage: "[folder] [query]", most: 2 },
  examples: [
    ["alquery", "all runs of the project's storages"],
    [
      "alquery logs \"config.optimizer.lr <= 1e-2 & info.status == 'COMPLETE'\"",
      "those that meet a condition",
    ],
    [
      'alquery logs "last(train.loss) < 0.1" --columns "info.run,config.lr,min(train.loss)" --sort "min(train.loss)"',
      "by what they recorded, best first",
    ],
    [
      'alquery logs --group_by config.lr --columns "last(train.loss)" --agg mean,std',
      "a line for each learning rate",
    ],
    ["alquery logs --fields", "what can be asked about"],
  ],

  parse: async (args) => {
    const given = await args
      .option("columns", {
        type: "string",
        describe: "what to show, with commas: config.lr, last(train.loss), train.loss",
        defaultDescription: "what differs between the runs",
      })
      .option("sort", { type: "string", describe: "column to sort by" })
      .option("descending", { type: "boolean", default: false, describe: "sort from the largest" })
      .option("group_by", { type: "string", describe: "a line for equal values of these columns" })
      .option("agg", {
        type: "string",
        default: "mean",
        describe: `numbers of a group, with commas: ${SUMMARIES.join(", ")}`,
      })
      .option("limit", { type: "number", describe: "so many lines at most" })
      .option("csv", { type: "string", describe: "also write the table to this file" })
      .option("fields", {
        type: "boolean",
        default: false,
        describe: "list what can be asked about",
      })
      .parseAsync();
    return {
      words: given._.map(String),
      columns: given.columns === undefined ? undefined : splitColumns(given.columns),
      sort: given.sort,
      descending: given.descending,
      groupBy: given.group_by === undefined ? undefined : splitColumns(given.group_by),
      agg: splitColumns(given.agg),
      limit: given.limit,
      csv: given.csv,
      fields: given.fields,
    };
  },

  run: async (options, host) => {
    const limit = checkLimit(options.limit);
    const { folder, text } = await whatIsAsked(options.words, host);
    const reader = await openReader(folder, host);
    const found = reader.filter(text);
    const table = limited(tableOf(found, options), limit);
    const csv = options.csv === undefined ? null : resolve(host.workingFolder, options.csv);
    if (csv !== null) host.files.replace(csv, formatCsv(table));
    return {
      root: reader.root,
      query: text,
      runs: reader.all.length,
      found: found.length,
      table,
      fields: options.fields ? reader.fields : null,
      names: namesOf(found, reader),
      csv,
    };
  },

  render: (report) =>
    report.fields === null ? renderResults(report) : renderFields(report.fields),
  toJson: ({ table, ...report }) => ({
    schemaVersion: 1,
    ...report,
    columns: table.columns,
    rows: tableRecords(table),
  }),
  ids: ({ names }) => names,
};

/** A single word is a folder if there is one of that name, and otherwise a query if it looks like one. */
async function whatIsAsked(
  [first, second]: readonly string[],
  host: Host,
): Promise<{ readonly folder: string; readonly text: string }> {
  const isQuery =
    first !== undefined &&
    second === undefined &&
    /[=<>()&|~]| in /.test(first) &&
    host.files.list(resolve(host.workingFolder, first)) === undefined;
  if (first !== undefined && !isQuery) {
    return { folder: resolve(host.workingFolder, first), text: second ?? "" };
  }
  const project = await findProject(host, host.workingFolder);
  return { folder: storageRoot(undefined, project, host), text: first ?? "" };
}

function tableOf(found: Results, options: QueryOptions): Table {
  const { columns, groupBy, sort, descending } = options;
  const direction = descending ? "descending" : "ascending";
  if (groupBy === undefined) {
    const sorted = sort === undefined ? found : found.sort(sort, direction);
    return sorted.toTable(columns);
  }
  const summaries = options.agg.map(checkSummary);
  const table = found.groupBy(...groupBy).aggregate({ columns: columns ?? [], summaries });
  if (sort === undefined) return table;
  if (table.columns.includes(sort)) return sortTable(table, sort, descending ? -1 : 1);
  throw new UserError(
    "usage",
    `--sort: there is no column ${JSON.stringify(sort)} of groups.${suggestion(sort, table.columns)}`,
    `There are ${table.columns.join(", ")}.`,
  );
}

function checkSummary(word: string): Summary {
  if (isSummary(word)) return word;
  throw new UserError(
    "usage",
    `--agg: ${JSON.stringify(word)} is none of the numbers there are.${suggestion(word, SUMMARIES)}`,
    `There are ${SUMMARIES.join(", ")}.`,
  );
}

const checkLimit = (limit: number | undefined) =>
  limit === undefined ? limit : checkInteger("limit", limit, { min: 0, max: 1e9 });

const limited = ({ columns, rows }: Table, limit: number | undefined): Table => ({
  columns,
  rows: limit === undefined ? rows : rows.slice(0, limit),
});

function namesOf(found: Results, { all }: Reader): readonly string[] {
  if (all.length === 0) return [];
  return found.toTable(["info.run"]).rows.map(([name]) => cellText(name));
}
