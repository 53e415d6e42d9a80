import { Resumes } from "./superseded.ts";

/** One metric of a series. */
export type Column = {
  /** Shape `[rows]`; NaN where nothing was recorded, and where NaN was. */
  readonly values: Float64Array;
  /** Shape `[rows]`; 1 where a number was recorded (NaN is one), 0 where none was. */
  readonly recorded: Uint8Array;
};

/** A column that rows are still added to. */
export class GrowingColumn {
  readonly key: string;
  #values = new Float64Array(256);
  #recorded = new Uint8Array(256);
  /** The resume lines that name its key. */
  readonly resumes = new Resumes();

  constructor(key: string) {
    this.key = key;
  }

  /** @param value - undefined where nothing was recorded */
  set(row: number, value: number | undefined): void {
    if (row >= this.#values.length) this.#grow();
    this.#values[row] = value ?? Number.NaN;
    this.#recorded[row] = value === undefined ? 0 : 1;
  }

  /** Clears in `kept` (shape `[rows]`) what its resume lines superseded. */
  clearSuperseded(kept: Uint8Array): void {
    if (this.resumes.count === 0) return;
    this.resumes.clearSuperseded(this.#values.subarray(0, kept.length), kept);
  }

  /** @param kept - shape `[rows]`: 1 for the rows that count, of which there are `count` */
  finish(kept: Uint8Array, count: number): Column {
    if (count === kept.length) {
      return { values: this.#values.slice(0, count), recorded: this.#recorded.slice(0, count) };
    }
    const values = new Float64Array(count);
    const recorded = new Uint8Array(count);
    let to = 0;
    for (const [row, isKept] of kept.entries()) {
      if (isKept === 0) continue;
      values[to] = this.#values[row] ?? Number.NaN;
      recorded[to] = this.#recorded[row] ?? 0;
      to += 1;
    }
    return { values, recorded };
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
