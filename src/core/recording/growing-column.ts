import type { Column } from "./columns.ts";

/** A column that rows are still added to. */
export class GrowingColumn {
  readonly key: string;
  #values = new Float64Array(256);
  #recorded = new Uint8Array(256);
  /** The largest number in it so far, or what it was before rows were dropped. */
  #max = Number.NEGATIVE_INFINITY;

  constructor(key: string) {
    this.key = key;
  }

  /** @param value - undefined where nothing was recorded */
  set(row: number, value: number | undefined): void {
    if (row >= this.#values.length) this.#grow();
    this.#values[row] = value ?? Number.NaN;
    this.#recorded[row] = value === undefined ? 0 : 1;
    if (value !== undefined && value > this.#max) this.#max = value;
  }

  /**
   * The rows among the first `rows` that stay when those with a number ≥ `from` go, ascending.
   * A row without a number goes the way of the last row before it that has one.
   * @returns undefined if all of them stay
   */
  rowsBelow(from: number, rows: number): readonly number[] | undefined {
    if (this.#max < from) return undefined;
    const kept: number[] = [];
    let isSuperseded = false;
    for (let row = 0; row < rows; row++) {
      const value = this.#values[row] ?? Number.NaN;
      if (!Number.isNaN(value)) isSuperseded = value >= from;
      if (!isSuperseded) kept.push(row);
    }
    return kept;
  }

  /** Moves the rows `kept` (ascending) to the front. */
  keep(kept: readonly number[]): void {
    this.#max = Number.NEGATIVE_INFINITY;
    for (const [to, from] of kept.entries()) {
      this.set(to, this.#recorded[from] === 1 ? this.#values[from] : undefined);
    }
  }

  /** Drops the rows before `start`, of `rows`. */
  dropBefore(start: number, rows: number): void {
    this.#values.copyWithin(0, start, rows);
    this.#recorded.copyWithin(0, start, rows);
  }

  finish(rows: number): Column {
    return { values: this.#values.slice(0, rows), recorded: this.#recorded.slice(0, rows) };
  }

  #grow(): void {
    const values = new Float64Array(this.#values.length * 2);
    const recorded = new Uint8Array(values.length);
    values.set(this.#values);
    recorded.set(this.#recorded);
    this.#values = values;
    this.#recorded = recorded;
  }
}
