/** Whole numbers as people list them: `3`, `1,4-6`. */
export type NumberRanges = readonly { readonly from: number; readonly to: number }[];

/** Reads `1,4-6`; undefined if it is no such list. */
export function parseRanges(text: string): NumberRanges | undefined {
  const ranges: { from: number; to: number }[] = [];
  for (const part of text.split(",")) {
    const [, from, to = from] = /^\s*(\d{1,15})\s*(?:-\s*(\d{1,15})\s*)?$/.exec(part) ?? [];
    if (from === undefined || Number(from) > Number(to)) return undefined;
    ranges.push({ from: Number(from), to: Number(to) });
  }
  return ranges;
}

export const isWithin = (number: number, ranges: NumberRanges) =>
  ranges.some(({ from, to }) => from <= number && number <= to);
