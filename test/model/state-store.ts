/** States that a search has found: rows of `width` whole numbers, with the row each was first reached from. */
export type StateStore = {
  /** The row's number; below 0 if it was there already: its number is `-1 - result`. */
  readonly add: (row: Uint32Array, parent: number) => number;
  readonly get: (index: number, into: Uint32Array) => void;
  readonly parentOf: (index: number) => number;
  readonly size: () => number;
};

const FIRST_ROWS = 1 << 12;
const EMPTY = 0xffffffff;

/** Exact: rows are compared whole, so that no state is taken for another one. */
export function createStateStore(width: number): StateStore {
  let rows = new Uint32Array(FIRST_ROWS * width);
  let parents = new Uint32Array(FIRST_ROWS);
  let table = new Uint32Array(FIRST_ROWS * 2).fill(EMPTY);
  let count = 0;
  const slotOf = (source: Uint32Array, start: number) => {
    const mask = table.length - 1;
    for (let slot = hashOf(source, start, width) & mask; ; slot = (slot + 1) & mask) {
      const index = table[slot] ?? EMPTY;
      if (index === EMPTY || isSame(rows, index * width, source, start, width)) return slot;
    }
  };
  const grow = () => {
    rows = enlarged(rows);
    parents = enlarged(parents);
    table = new Uint32Array(table.length * 2).fill(EMPTY);
    for (let index = 0; index < count; index++) table[slotOf(rows, index * width)] = index;
  };
  return {
    add: (row, parent) => {
      const slot = slotOf(row, 0);
      const known = table[slot] ?? EMPTY;
      if (known !== EMPTY) return -1 - known;
      const index = count;
      rows.set(row, index * width);
      parents[index] = parent;
      table[slot] = index;
      count += 1;
      if (count === parents.length) grow();
      return index;
    },
    get: (index, into) => {
      for (let at = 0; at < width; at++) into[at] = rows[index * width + at] ?? 0;
    },
    parentOf: (index) => parents[index] ?? 0,
    size: () => count,
  };
}

function enlarged(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function isSame(
  rows: Uint32Array,
  from: number,
  row: Uint32Array,
  start: number,
  width: number,
): boolean {
  for (let at = 0; at < width; at++) if (rows[from + at] !== row[start + at]) return false;
  return true;
}

/** FNV-1a over words, with the high bits folded in at the end. */
function hashOf(row: Uint32Array, start: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < width; at++) {
    hash = Math.imul(hash ^ (row[start + at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}
