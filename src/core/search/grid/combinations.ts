import type { Config, ConfigValue } from "../../config/config.ts";
import { canonicalJson } from "../../config/identity.ts";
import { holds, inDependencyOrder, type Tests } from "../condition.ts";

/** Parameters that vary together: each point gives each of them a value. */
export type Axis = {
  /** Where the author wrote it, for messages: `variations.lr`, `blocks[1].zip[0]`. */
  readonly place: string;
  readonly names: readonly string[];
  /** All different; values in the order of the names. */
  readonly points: readonly (readonly ConfigValue[])[];
  /** The parameters exist only where this holds; undefined: everywhere. */
  readonly when?: Tests;
};

/** A product of axes without what is excluded. */
export type Block = {
  /** No name is on two of them. */
  readonly axes: readonly Axis[];
  readonly excludes: readonly Tests[];
  /** Varied parameters that are on no axis of this block, with their values. */
  readonly constants: Config;
  /** Of parameters that do not vary: a condition may ask for them, too. */
  readonly defaultOf: (name: string) => ConfigValue | undefined;
};

/** The combinations of a block, numbered; none is made before it is asked for. */
export type Combinations = {
  /** Exact up to 2⁵³. */
  readonly count: number;
  /** By dotted names, those that exist; in the axes' order, the last varies fastest. @param index - from 0 */
  readonly at: (index: number) => Config;
  readonly has: (values: Config) => boolean;
};

/** What can still follow when the first axes have their values. */
type Node = {
  readonly count: number;
  /** Of each point of the next axis: how many combinations there are up to it. */
  readonly ends: Float64Array;
  readonly children: readonly Node[];
  readonly isAbsent: boolean;
};

/** A condition of an axis or an exclusion, and the last axis that decides on it. */
type Pending = { readonly tests: Tests; readonly until: number; readonly excludes: boolean };

const LEAF: Node = { count: 1, ends: new Float64Array(), children: [], isAbsent: false };
const NOTHING: Node = { ...LEAF, count: 0 };

/**
 * Counts and numbers the combinations exactly, without making them: from the last axis to the first,
 * what can follow depends only on which conditions the values so far still allow to hold. Points that
 * no condition tells apart share their sums, so the work grows with the sum of the axes' lengths, not
 * with their product.
 */
export function combinationsOf(block: Block): Combinations {
  const axes = orderedAxes(block.axes);
  const root = rootOf(axes, pendingOf(axes, block), block);
  const at = (index: number): Config => {
    const values: Record<string, ConfigValue> = { ...block.constants };
    let node = root;
    let rest = index;
    for (const axis of axes) {
      const option = firstAbove(node.ends, rest);
      rest -= option === 0 ? 0 : (node.ends[option - 1] ?? 0);
      if (!node.isAbsent) assign(values, axis, option);
      node = node.children[option] ?? NOTHING;
    }
    return values;
  };
  return { count: root.count, at, has: membership(block) };
}

/** Each axis behind those that its condition asks about. */
export function orderedAxes(axes: readonly Axis[]): readonly Axis[] {
  return inDependencyOrder(axes, ({ when }) =>
    axes.filter(({ names }) => names.some((name) => when?.has(name))),
  );
}

function pendingOf(axes: readonly Axis[], { excludes }: Block): readonly Pending[] {
  const lastAxis = (tests: Tests) =>
    axes.findLastIndex(({ names }) => names.some((name) => tests.has(name)));
  return [
    ...axes.flatMap(({ when }, until) =>
      when === undefined ? [] : [{ tests: when, until, excludes: false }],
    ),
    ...excludes.map((tests) => ({ tests, until: lastAxis(tests), excludes: true })),
  ];
}

function rootOf(axes: readonly Axis[], pending: readonly Pending[], block: Block): Node {
  const onAxes = new Set(axes.flatMap(({ names }) => names));
  const start = pending.map(({ tests }) =>
    holds(withoutNames(tests, onAxes), (name) => valueIn(block, name)),
  );
  const known = new Map<string, Node>();
  /** @param alive - of each pending condition, whether it can still hold */
  const nodeAt = (depth: number, alive: readonly boolean[]): Node => {
    const axis = axes[depth];
    if (axis === undefined) return LEAF;
    const key = `${depth} ${alive.map(Number).join("")}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const follow: Follow = (holding) => {
      const after = pending.map(({ tests }, index) => alive[index] === true && holding(tests));
      if (isExcluded(pending, after, depth)) return NOTHING;
      // What is decided is forgotten, so that more of what follows is the same.
      return nodeAt(
        depth + 1,
        after.map((one, index) => one && (pending[index]?.until ?? -1) > depth),
      );
    };
    const own = pending.findIndex(({ until, excludes }) => until === depth && !excludes);
    const isAbsent = axis.when !== undefined && alive[own] !== true;
    const node = isAbsent
      ? toNode([follow((tests) => !axis.names.some((name) => tests.has(name)))], true)
      : toNode(childrenOf(axis, pending, follow), false);
    known.set(key, node);
    return node;
  };
  return isExcluded(pending, start, -1) ? NOTHING : nodeAt(0, start);
}

/** What follows, given which conditions a point lets hold. */
type Follow = (holding: (tests: Tests) => boolean) => Node;

function isExcluded(
  pending: readonly Pending[],
  alive: readonly boolean[],
  depth: number,
): boolean {
  return pending.some(
    ({ excludes, until }, index) => excludes && until === depth && alive[index] === true,
  );
}

/** What follows each point; found once for those that no condition tells apart. */
function childrenOf(
  { names, points }: Axis,
  pending: readonly Pending[],
  follow: Follow,
): readonly Node[] {
  const concerned = pending.filter(({ tests }) => names.some((name) => tests.has(name)));
  const byKind = new Map<string, Node>();
  return points.map((point) => {
    const results = concerned.map(({ tests }) =>
      names.every((name, index) => {
        const texts = tests.get(name);
        return texts === undefined || texts.has(canonicalJson(point[index] ?? null));
      }),
    );
    const kind = results.map(Number).join("");
    const known = byKind.get(kind);
    if (known !== undefined) return known;
    const node = follow((tests) => {
      const index = concerned.findIndex((one) => one.tests === tests);
      return index < 0 || results[index] === true;
    });
    byKind.set(kind, node);
    return node;
  });
}

function toNode(children: readonly Node[], isAbsent: boolean): Node {
  let count = 0;
  const ends = Float64Array.from(children, (child) => (count += child.count));
  return { count, ends, children, isAbsent };
}

/** The first place whose number is above `value`, in ascending numbers. */
function firstAbove(ends: Float64Array, value: number): number {
  let [from, to] = [0, ends.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ends[middle] ?? Number.NaN) > value) to = middle;
    else from = middle + 1;
  }
  return from;
}

function assign(values: Record<string, ConfigValue>, { names, points }: Axis, option: number) {
  const point = points[option] ?? [];
  names.forEach((name, index) => {
    values[name] = point[index] ?? null;
  });
}

/** Whether values are a combination of the block, asked of its axes one by one. */
function membership({ axes, excludes, constants, defaultOf }: Block): Combinations["has"] {
  const textOf = (point: readonly (ConfigValue | undefined)[]) =>
    point.map((value) => (value === undefined ? "" : canonicalJson(value))).join();
  const known = new Map<Axis, ReadonlySet<string>>();
  const pointsOf = (axis: Axis) => {
    const texts = known.get(axis) ?? new Set(axis.points.map(textOf));
    known.set(axis, texts);
    return texts;
  };
  const own = (values: Config, name: string) =>
    Object.hasOwn(values, name) ? values[name] : undefined;
  return (values) => {
    const valueOf = (name: string) => own(values, name) ?? defaultOf(name);
    const fits = axes.every((axis) => {
      const point = axis.names.map((name) => own(values, name));
      if (axis.when !== undefined && !holds(axis.when, valueOf)) {
        return point.every((value) => value === undefined);
      }
      return pointsOf(axis).has(textOf(point));
    });
    if (!fits || excludes.some((tests) => holds(tests, valueOf))) return false;
    return Object.entries(constants).every(
      ([name, value]) => textOf([own(values, name)]) === textOf([value]),
    );
  };
}

function withoutNames(tests: Tests, names: ReadonlySet<string>): Tests {
  return new Map([...tests].filter(([name]) => !names.has(name)));
}

function valueIn({ constants, defaultOf }: Block, name: string): ConfigValue | undefined {
  return Object.hasOwn(constants, name) ? constants[name] : defaultOf(name);
}
