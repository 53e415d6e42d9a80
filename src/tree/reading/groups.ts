import { type Summary, summarise } from "../../core/query/summary.ts";
import type { Cell, Table } from "../../core/query/table.ts";
import type { Results } from "./results.ts";

/** Runs that have the same values in the columns they were grouped by. */
export type Group = {
  /** Shape `[columns]`: undefined where the runs have no such value. */
  readonly key: readonly Cell[];
  readonly runs: Results;
};

/** Which columns of a group become which numbers. */
export type GroupSummaries = {
  /** Fields, or numbers of metrics: `info.seconds`, `last(train.loss)`. */
  readonly columns: readonly string[];
  readonly summaries: readonly Summary[];
};

/** Groups of runs, in the order in which their first runs came. Never changes. */
export class Groups implements Iterable<Group> {
  readonly columns: readonly string[];
  readonly #groups: readonly Group[];
  readonly #unite: (runs: readonly Results[]) => Results;

  constructor(
    columns: readonly string[],
    groups: readonly Group[],
    unite: (runs: readonly Results[]) => Results,
  ) {
    this.columns = columns;
    this.#groups = groups;
    this.#unite = unite;
  }

  get length(): number {
    return this.#groups.length;
  }

  [Symbol.iterator](): Iterator<Group> {
    return this.#groups[Symbol.iterator]();
  }

  /** The groups for which a function says so. */
  filter(condition: (group: Group) => boolean): Groups {
    return new Groups(this.columns, this.#groups.filter(condition), this.#unite);
  }

  /** Some runs of each group, such as its best one, together again. */
  select(choose: (runs: Results, group: Group) => Results): Results {
    return this.#unite(this.#groups.map((group) => choose(group.runs, group)));
  }

  /**
   * A row for each group: what it is grouped by, how many runs it has, and the summaries of columns over
   * its runs. What is no number, or missing, counts nowhere.
   * @throws UserError `usage`
   */
  aggregate({ columns, summaries }: GroupSummaries): Table {
    const named = columns.flatMap((column) => summaries.map((one) => `${one}(${column})`));
    const rows = this.#groups.map(({ key, runs }) => {
      const { rows: cells } = runs.toTable(columns);
      const numbers = columns.map((_, index) => cells.flatMap((row) => asNumber(row[index])));
      const results = numbers.flatMap((values) =>
        summaries.map((summary) => summarise(summary, values)),
      );
      return [...key, runs.length, ...results];
    });
    return { columns: [...this.columns, "runs", ...named], rows };
  }
}

const asNumber = (cell: Cell): readonly number[] => (typeof cell === "number" ? [cell] : []);
