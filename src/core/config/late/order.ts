import type { Path } from "../../expression/syntax.ts";
import type { Template } from "./template.ts";

/** A late value: where it stands, and what it computes. */
export type LateValue = { readonly path: Path; readonly template: Template };

export type Order = {
  /** Indices, each behind those that it needs; without those that {@link cycles} keep from it. */
  readonly order: readonly number[];
  /** For each late value the indices of those that it reads. */
  readonly needs: readonly (readonly number[])[];
  /** Each is a way round: every one needs the next, and the last needs the first. */
  readonly cycles: readonly (readonly number[])[];
};

/**
 * The order in which late values can be computed. Whatever an expression mentions counts, in
 * whichever branch it stands, so that the order is the same for all configurations of one shape.
 */
export function orderOf(values: readonly LateValue[]): Order {
  const needs = needsOf(values);
  const done = new Set<number>();
  const order = settle(needs, done);
  const cycles: (readonly number[])[] = [];
  while (done.size < values.length) {
    // As if these had values: what then still waits is another cycle.
    const cycle = findCycle(needs, done);
    cycles.push(cycle);
    for (const index of cycle) done.add(index);
    settle(needs, done);
  }
  return { order, needs, cycles };
}

/** Adds to `done` whatever needs nothing else, again and again, and returns it in that order. */
function settle(needs: Order["needs"], done: Set<number>): readonly number[] {
  const waiting = needs.map((needed) => needed.filter((one) => !done.has(one)).length);
  const neededBy: number[][] = needs.map(() => []);
  for (const [index, needed] of needs.entries()) {
    for (const one of needed) if (!done.has(one)) neededBy[one]?.push(index);
  }
  const order = waiting.flatMap((count, index) => (count === 0 && !done.has(index) ? [index] : []));
  // The list grows while it is walked through.
  for (const settled of order) {
    done.add(settled);
    for (const next of neededBy[settled] ?? []) {
      const left = (waiting[next] ?? 0) - 1;
      waiting[next] = left;
      if (left === 0) order.push(next);
    }
  }
  return order;
}

/** Late values at, above and below what each one reads. */
function needsOf(values: readonly LateValue[]): readonly (readonly number[])[] {
  const at = new Map<string, number>();
  const below = new Map<string, number[]>();
  for (const [index, { path }] of values.entries()) {
    at.set(keyOf(path), index);
    for (let length = 1; length < path.length; length += 1) {
      const key = keyOf(path.slice(0, length));
      const inside = below.get(key);
      if (inside === undefined) below.set(key, [index]);
      else inside.push(index);
    }
  }
  return values.map(({ template: { references } }) => {
    const found = new Set<number>();
    const paths = [...references.reads.map(({ path }) => path), ...references.asks];
    for (const path of paths.map(constantPart)) {
      for (let length = 1; length <= path.length; length += 1) {
        const index = at.get(keyOf(path.slice(0, length)));
        if (index !== undefined) found.add(index);
      }
      for (const index of below.get(keyOf(path)) ?? []) found.add(index);
    }
    return [...found];
  });
}

/** `sizes[-1]` may be any of the sizes: how many there are is not known before they are computed. */
function constantPart(path: Path): Path {
  const negative = path.findIndex((part) => typeof part === "number" && part < 0);
  return negative < 0 ? path : path.slice(0, negative);
}

const keyOf = (path: Path) => JSON.stringify(path);

/** Follows what is not done, each of which needs something that is not, until it comes round. */
function findCycle(needs: Order["needs"], done: ReadonlySet<number>): readonly number[] {
  const way: number[] = [];
  let next = needs.findIndex((_, index) => !done.has(index));
  while (!way.includes(next)) {
    way.push(next);
    next = needs[next]?.find((one) => !done.has(one)) ?? next;
  }
  return way.slice(way.indexOf(next));
}
