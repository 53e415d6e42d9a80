/** The resume lines of one key, in order: what they name was superseded among the rows before them. */
export class Resumes {
  /** How many rows there were when each line came. */
  readonly #rows: number[] = [];
  readonly #froms: number[] = [];

  get count(): number {
    return this.#rows.length;
  }

  add(row: number, from: number): void {
    this.#rows.push(row);
    this.#froms.push(from);
  }

  /**
   * Clears in `kept` the rows that were superseded: those with a number ≥ `from`. A row without a
   * number goes the way of the last row before it that has one and is still there.
   *
   * All lines are looked at together, since each by itself would cost a walk over all rows.
   *
   * @param values - of the key, NaN where there is none, shape `[rows]`
   */
  clearSuperseded(values: Float64Array, kept: Uint8Array): void {
    const deciding = this.#decidingValues(values);
    let least = Number.POSITIVE_INFINITY;
    let line = this.count - 1;
    for (let row = values.length - 1; row >= 0; row -= 1) {
      for (; line >= 0 && (this.#rows[line] ?? 0) > row; line -= 1) {
        least = Math.min(least, this.#froms[line] ?? Number.POSITIVE_INFINITY);
      }
      if ((deciding[row] ?? Number.NaN) >= least) kept[row] = 0;
    }
  }

  /** For each row its number, or that of the row whose way it goes; NaN if there is none. */
  #decidingValues(values: Float64Array): Float64Array {
    const deciding = new Float64Array(values.length);
    /** Numbers that are still there, the last one on top. */
    const present: number[] = [];
    let line = 0;
    for (const [row, value] of values.entries()) {
      for (; line < this.count && (this.#rows[line] ?? 0) <= row; line += 1) {
        const from = this.#froms[line] ?? Number.NaN;
        while ((present.at(-1) ?? Number.NaN) >= from) present.pop();
      }
      if (!Number.isNaN(value)) present.push(value);
      deciding[row] = present.at(-1) ?? Number.NaN;
    }
    return deciding;
  }
}
