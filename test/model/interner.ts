/** Gives equal values the same small number, for good. */
export type Interner<Value> = {
  readonly idOf: (value: Value) => number;
  readonly valueOf: (id: number) => Value;
  readonly size: () => number;
};

/** @param keyOf - equal for equal values, different for others */
export function createInterner<Value>(keyOf: (value: Value) => string): Interner<Value> {
  const ids = new Map<string, number>();
  const values: Value[] = [];
  return {
    idOf: (value) => {
      const key = keyOf(value);
      const known = ids.get(key);
      if (known !== undefined) return known;
      const id = values.length;
      ids.set(key, id);
      values.push(value);
      return id;
    },
    valueOf: (id) => {
      const value = values[id];
      if (value === undefined) throw new RangeError(`Nothing has the number ${id}`);
      return value;
    },
    size: () => values.length,
  };
}

/** Remembers what a function of two small numbers gave. */
export function remember<Result>(
  compute: (first: number, second: number) => Result,
): (first: number, second: number) => Result {
  // One map for each first number: a single one could not hold more than 16 million entries.
  const known: Map<number, Result>[] = [];
  return (first, second) => {
    const row = (known[first] ??= new Map<number, Result>());
    const found = row.get(second);
    if (found !== undefined) return found;
    const result = compute(first, second);
    row.set(second, result);
    return result;
  };
}
