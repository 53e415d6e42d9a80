import { playerOf } from "./players.ts";

/**
 * What is left of a folder's key when it does not matter which worker is which: of the same text
 * with their tokens exchanged in all ways, the first.
 */
export function withoutNames(text: string, workers: number): string {
  const all = Array.from({ length: workers }, (_, index) => index);
  const named = permutations(all).map((order) => renamed(text, order));
  // What had been sorted was so by the old names.
  const sorted = named.map((one) =>
    one
      .split(/[\n[\],{}]/)
      .sort()
      .join("\n"),
  );
  return sorted.sort()[0] ?? text;
}

function renamed(text: string, order: readonly number[]): string {
  const token = /(worker\.\d+\.)?\b([0-9a-f]{24})(?=[0-9a-f]{8}\b)/g;
  return text.replace(token, (all, owner: string | undefined, digits: string) => {
    const to = order[playerOf(digits)];
    if (to === undefined) return all;
    const worker = (to + 1).toString(16).padStart(digits.length, "0");
    return owner === undefined ? worker : `worker.${to + 1}.${worker}`;
  });
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
