import type { ConfigValue } from "../../core/config/config.ts";
import { formatPath } from "../../core/expression/syntax.ts";
import type { FieldColumn } from "../../core/query/field-table.ts";
import type { Host } from "../../host.ts";
import { tellInterrupted } from "./interrupted.ts";
import { readRunTable } from "./read-table.ts";
import { type FoundRuns, Results } from "./results.ts";

/** A column that results can show, and what is in it. */
export type Field = {
  readonly name: string;
  /** `number`, `text`, `boolean`, `null`, `list`, `object`, or several with ` | ` between. */
  readonly type: string;
  /** In how many runs; null for what is looked at only when it is asked for. */
  readonly runs: number | null;
};

/** So many runs, evenly spread, are asked what they recorded. */
const EXAMPLES = 20;

/** All runs below a folder, as they were when it was opened. */
export class Reader {
  /** Every run. */
  readonly all: Results;
  /** Absolute. */
  readonly root: string;
  readonly #found: FoundRuns;

  constructor(found: FoundRuns) {
    this.root = found.root;
    this.#found = found;
    this.all = new Results(found, [...found.paths.keys()]);
  }

  /** The runs that meet a query; all of them for an empty one. @throws UserError `usage` */
  filter(query: string): Results {
    return this.all.filter(query);
  }

  /** Another name of {@link filter}. */
  search(query: string): Results {
    return this.filter(query);
  }

  /** The fields that queries can ask about without opening a file. */
  get searchable(): readonly Field[] {
    return [...this.#found.fields.columns].map(([name, column]) => fieldOf(name, column));
  }

  /** These, and the metrics and artifacts that some runs, evenly spread, have. */
  get fields(): readonly Field[] {
    const step = Math.max(1, Math.floor(this.all.length / EXAMPLES));
    const lazy = new Map<string, string>();
    for (let index = 0; index < this.all.length; index += step) {
      const run = this.all.at(index);
      for (const path of run?.metrics() ?? []) lazy.set(formatPath(path), "metric");
      for (const path of run?.artifacts() ?? []) {
        lazy.set(formatPath(["artifacts", ...path]), "artifact");
      }
    }
    const more = [...lazy].sort(([a], [b]) => (a < b ? -1 : 1));
    return [...this.searchable, ...more.map(([name, type]) => ({ name, type, runs: null }))];
  }
}

/**
 * Opens a tree to be read: logs, a search, several searches, named experiments, or a single run.
 * @param root - absolute; it need not be writable
 * @throws UserError `not-found`
 */
export async function openReader(
  root: string,
  host: Pick<Host, "files" | "clock" | "machine" | "token" | "environment">,
): Promise<Reader> {
  const { paths, fields } = tellInterrupted(root, await readRunTable(root, host), host);
  return new Reader({ root, paths, fields, host });
}

function fieldOf(name: string, { codes, values }: FieldColumn): Field {
  const known = values();
  const used = new Set<number>();
  let runs = 0;
  for (const code of codes) {
    if (code < 0) continue;
    runs += 1;
    used.add(code);
  }
  const types = new Set([...used].map((code) => typeOf(known[code] ?? null)));
  return { name, type: [...types].sort().join(" | "), runs };
}

function typeOf(value: ConfigValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "string" ? "text" : typeof value;
}
