// Arithmetic on stretches of typed arrays. Every index is in range by construction; NaN stands
// for "no such element", so that a mistake shows in the loss. Offsets instead of subarrays, and
// plain parameters instead of an object: these loops are where the time goes.

/** Adds `scale * source[from + j]` to `target[at + j]`, for j in [0, count). */
export function addScaled(
  target: Float64Array,
  at: number,
  scale: number,
  source: Float64Array,
  from: number,
  count: number,
): void {
  for (let j = 0; j < count; j++) {
    target[at + j] = (target[at + j] ?? Number.NaN) + scale * (source[from + j] ?? Number.NaN);
  }
}

/** The sum of `a[from + j] * b[j]`, for j in [0, b.length). */
export function dot(a: Float64Array, from: number, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < b.length; j++) sum += (a[from + j] ?? Number.NaN) * (b[j] ?? Number.NaN);
  return sum;
}

/** Overwrites `target` with the values from `source[from]` on. */
export function load(target: Float64Array, source: Float64Array, from: number): void {
  for (let j = 0; j < target.length; j++) target[j] = source[from + j] ?? Number.NaN;
}

/** The index of the largest value; 0 if there is none. */
export function largestAt(values: Float64Array): number {
  let best = 0;
  for (let j = 1; j < values.length; j++) {
    if ((values[j] ?? Number.NaN) > (values[best] ?? Number.NaN)) best = j;
  }
  return best;
}
