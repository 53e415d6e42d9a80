import { type Column, GrowingColumn } from "./growing-column.ts";
import { numberOf, type RecordLine } from "./record-line.ts";

/** What a run recorded in one series, over all its attempts. */
export type Series = {
  readonly rows: number;
  /** A column for each key that was asked for. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Lines that could not be read: torn, too long, or no JSON object. */
  readonly damaged: number;
  /** Values under the keys asked for that are no numbers; they count as not recorded. */
  readonly problems: number;
};

/** Lines beyond so many of a kind count as damaged, so that no file can fill the memory. */
const MAX_ROWS = 1 << 25;
/** Different keys that resume lines may name; a run has one or two. */
const MAX_RESUME_KEYS = 16;

/**
 * Puts the lines of a run's attempts together in columns. Call {@link startAttempt} before the
 * lines of each attempt, earliest first.
 *
 * - An attempt that records without a resume line starts afresh: earlier rows are dropped.
 * - `{"$resume":{"epoch":51}}` drops the rows so far whose `epoch` is ≥ 51. A row without `epoch`
 *   goes the way of the last row before it that has one.
 */
export class SeriesBuilder {
  readonly #asked: readonly string[];
  readonly #columns: readonly GrowingColumn[];
  readonly #columnOf: ReadonlyMap<string, GrowingColumn>;
  readonly #unfollowed = new Set<string>();
  readonly #moreKeys: number;
  #rows = 0;
  #resumes = 0;
  #damaged = 0;
  #problems = 0;
  /** Rows at the front that belong to attempts after which one started afresh. */
  #dropped = 0;
  /** Rows at the front that are dropped unless this attempt says that it goes on from them. */
  #earlierRows = 0;

  /**
   * @param asked - keys to give columns for
   * @param followed - keys that resume lines name
   */
  constructor(asked: readonly string[], followed: readonly string[]) {
    this.#asked = [...new Set(asked)];
    this.#moreKeys = Math.max(0, MAX_RESUME_KEYS - followed.length);
    const keys = new Set([...this.#asked, ...followed]);
    this.#columns = [...keys].map((key) => new GrowingColumn(key));
    this.#columnOf = new Map(this.#columns.map((column) => [column.key, column]));
  }

  /** Keys that resume lines name but that are neither asked for nor followed: build again with them. */
  get unfollowed(): readonly string[] {
    return [...this.#unfollowed];
  }

  startAttempt(): void {
    this.#endAttempt();
    this.#earlierRows = this.#rows;
  }

  add(line: RecordLine): void {
    if (line.kind === "row") this.#addRow(line.values);
    else if (line.kind === "resume") this.#resume(line.key, line.from);
    else if (line.kind === "damaged") this.#damaged += 1;
  }

  finish(): Series {
    this.#endAttempt();
    const kept = new Uint8Array(this.#rows).fill(1, this.#dropped);
    for (const column of this.#columns) column.clearSuperseded(kept);
    const rows = kept.reduce((sum, one) => sum + one, 0);
    const asked = this.#columns.slice(0, this.#asked.length);
    return {
      rows,
      columns: new Map(asked.map((column) => [column.key, column.finish(kept, rows)])),
      damaged: this.#damaged,
      problems: this.#problems,
    };
  }

  #addRow(values: Readonly<Record<string, unknown>>): void {
    if (this.#rows === MAX_ROWS) {
      this.#damaged += 1;
      return;
    }
    for (const [index, column] of this.#columns.entries()) {
      // What a row inherits (`constructor`, `__proto__`) is never a number.
      const value = values[column.key];
      const number = numberOf(value);
      const isProblem = number === undefined && Object.hasOwn(values, column.key);
      if (isProblem && index < this.#asked.length) this.#problems += 1;
      column.set(this.#rows, number);
    }
    this.#rows += 1;
  }

  #resume(key: string, from: number): void {
    const column = this.#columnOf.get(key);
    const isOneMore = column === undefined && !this.#unfollowed.has(key);
    if (this.#resumes === MAX_ROWS || (isOneMore && this.#unfollowed.size === this.#moreKeys)) {
      this.#damaged += 1;
      return;
    }
    this.#earlierRows = 0;
    this.#resumes += 1;
    if (column === undefined) this.#unfollowed.add(key);
    else column.resumes.add(this.#rows, from);
  }

  /** An attempt that recorded nothing leaves what the earlier ones did. */
  #endAttempt(): void {
    const isAfresh = this.#earlierRows > 0 && this.#rows > this.#earlierRows;
    if (!isAfresh) return;
    this.#dropped = this.#earlierRows;
    this.#earlierRows = 0;
  }
}
