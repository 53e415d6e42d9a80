import { indexBelow, type RandomGenerator } from "../../seeded-generator.ts";
import type { Feature } from "./features.ts";

/** A regression tree over coded features. */
export type Tree =
  | { readonly kind: "leaf"; readonly value: number }
  | {
      readonly kind: "split";
      /** Index of the feature that is looked at. */
      readonly feature: number;
      readonly test: Test;
      readonly left: Tree;
      readonly right: Tree;
    };

/** What goes left: codes up to one, or those with a 1. */
type Test =
  | { readonly kind: "upTo"; readonly code: number }
  | { readonly kind: "among"; readonly codes: Uint8Array };

export type TreeSettings = {
  /** Fewest experiments in a leaf. */
  readonly minLeaf: number;
  /** Features looked at for each split. */
  readonly tried: number;
};

/**
 * Grows a tree by least squares. Categories are split in the order of their mean scores, which
 * finds the best of all their two-part divisions.
 * @param scores - shape `[experiments]`
 * @param rows - experiments to learn from; one may occur several times
 * @see Breiman, Friedman, Olshen & Stone, *Classification and Regression Trees* (1984), 8.4 and 9.4
 */
export function growTree(
  features: readonly Feature[],
  scores: Float64Array,
  rows: readonly number[],
  settings: TreeSettings,
  random: RandomGenerator,
): Tree {
  const split =
    rows.length < 2 * settings.minLeaf
      ? undefined
      : bestSplit(features, scores, rows, settings, random);
  if (split === undefined) return { kind: "leaf", value: meanOf(scores, rows) };
  const { feature, test } = split;
  const codes = features[feature]?.codes;
  const isLeft = (row: number) => passes(test, codes?.[row] ?? 0);
  const grow = (part: readonly number[]) => growTree(features, scores, part, settings, random);
  const left = grow(rows.filter(isLeft));
  const right = grow(rows.filter((row) => !isLeft(row)));
  return { kind: "split", feature, test, left, right };
}

/** What the tree says for the codes of an experiment. @param codeOf - by index of the feature */
export function predict(tree: Tree, codeOf: (feature: number) => number): number {
  let node = tree;
  while (node.kind === "split") {
    node = passes(node.test, codeOf(node.feature)) ? node.left : node.right;
  }
  return node.value;
}

function passes(test: Test, code: number): boolean {
  return test.kind === "upTo" ? code <= test.code : test.codes[code] === 1;
}

type Split = { readonly feature: number; readonly test: Test; readonly gain: number };

function bestSplit(
  features: readonly Feature[],
  scores: Float64Array,
  rows: readonly number[],
  { minLeaf, tried }: TreeSettings,
  random: RandomGenerator,
): Split | undefined {
  const order = [...features.keys()];
  let best: Split | undefined;
  for (let i = 0; i < order.length; i++) {
    // Fisher-Yates, as far as needed. If none of the tried ones divides the rows, the others may.
    if (i >= tried && best !== undefined) break;
    const j = i + indexBelow(random, order.length - i);
    const index = order[j] ?? 0;
    order[j] = order[i] ?? 0;
    const feature = features[index];
    const split = feature && splitBy(feature, index, scores, rows, minLeaf);
    if (split && split.gain > (best?.gain ?? 0)) best = split;
  }
  return best;
}

type Group = { readonly code: number; n: number; sum: number };

function splitBy(
  { kind, codes, values }: Feature,
  index: number,
  scores: Float64Array,
  rows: readonly number[],
  minLeaf: number,
): Split | undefined {
  const groups = groupByCode(codes, scores, rows);
  groups.sort(
    kind === "numeric"
      ? (a, b) => a.code - b.code
      : (a, b) => a.sum / a.n - b.sum / b.n || a.code - b.code,
  );
  const total = groups.reduce((sum, group) => sum + group.sum, 0);
  let [n, sum] = [0, 0];
  let [gain, cut] = [0, -1];
  for (const [place, group] of groups.entries()) {
    n += group.n;
    sum += group.sum;
    const rest = rows.length - n;
    if (n < minLeaf || rest < minLeaf) continue;
    const explained = sum ** 2 / n + (total - sum) ** 2 / rest - total ** 2 / rows.length;
    if (explained > gain + 1e-12 * Math.abs(gain)) [gain, cut] = [explained, place];
  }
  if (cut < 0) return undefined;
  const left = groups.slice(0, cut + 1);
  const test: Test =
    kind === "numeric"
      ? { kind: "upTo", code: ((left.at(-1)?.code ?? 0) + (groups[cut + 1]?.code ?? 0)) >> 1 }
      : { kind: "among", codes: tableOf(left, groups.slice(cut + 1), values.length) };
  return { feature: index, test, gain };
}

function groupByCode(codes: Uint32Array, scores: Float64Array, rows: readonly number[]): Group[] {
  const groups = new Map<number, Group>();
  for (const row of rows) {
    const code = codes[row] ?? 0;
    const group = groups.get(code) ?? { code, n: 0, sum: 0 };
    group.n += 1;
    group.sum += scores[row] ?? Number.NaN;
    groups.set(code, group);
  }
  return [...groups.values()];
}

/** Categories that are not among the rows go with the larger part. */
function tableOf(left: readonly Group[], right: readonly Group[], codes: number): Uint8Array {
  const size = (groups: readonly Group[]) => groups.reduce((sum, { n }) => sum + n, 0);
  const table = new Uint8Array(codes).fill(size(left) > size(right) ? 1 : 0);
  for (const { code } of left) table[code] = 1;
  for (const { code } of right) table[code] = 0;
  return table;
}

function meanOf(scores: Float64Array, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + (scores[row] ?? Number.NaN) / rows.length, 0);
}
