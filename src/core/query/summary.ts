/** How the recorded values of a metric become one number. */
export const SUMMARIES = [
  "first",
  "last",
  "min",
  "max",
  "mean",
  "median",
  "std",
  "sum",
  "count",
] as const;
export type Summary = (typeof SUMMARIES)[number];

export function isSummary(word: string): word is Summary {
  return SUMMARIES.some((one) => one === word);
}

/**
 * One number for many. `min`, `max` and `median` leave NaN out; `mean`, `std` and `sum` are NaN where a
 * value is, so that a run that diverged does not look well; `std` is that of a sample, NaN for one value.
 *
 * @param values - shape `[n]`, in the order in which they came
 * @returns undefined where there is nothing to summarise; `count` is 0 then
 */
export function summarise(summary: Summary, values: readonly number[]): number | undefined {
  if (summary === "count") return values.length;
  if (values.length === 0) return undefined;
  switch (summary) {
    case "first":
      return values[0];
    case "last":
      return values.at(-1);
    case "sum":
      return sumOf(values);
    case "mean":
      return sumOf(values) / values.length;
    case "std":
      return standardDeviation(values);
    case "min":
    case "max":
    case "median":
      return orderStatistic(summary, values);
  }
}

function orderStatistic(summary: "min" | "max" | "median", values: readonly number[]): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return Number.NaN;
  // Spreading them into arguments would overflow the stack.
  if (summary === "min") return numbers.reduce((a, b) => Math.min(a, b));
  if (summary === "max") return numbers.reduce((a, b) => Math.max(a, b));
  numbers.sort((a, b) => a - b);
  const middle = (numbers.length - 1) / 2;
  const low = numbers[Math.floor(middle)] ?? Number.NaN;
  const high = numbers[Math.ceil(middle)] ?? Number.NaN;
  return low === high ? low : low + (high - low) / 2;
}

function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = sumOf(values) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
