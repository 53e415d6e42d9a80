import type { RunOutcome } from "../../src/core/run-record.ts";
import { BrokenPromise } from "../support/run-witness.ts";
import { type Player, PROTOCOL, type Variant } from "./players.ts";
import { createStateStore } from "./state-store.ts";
import type { Start } from "./worlds.ts";
import type { Row } from "./rows.ts";
import { createTransitions, type Step } from "./transitions.ts";

export type ModelSize = {
  readonly workers: number;
  readonly cleaners: number;
  readonly runs: number;
  /** Processes that may die, and be stopped for longer than a lease, between any two operations. */
  readonly crashes: number;
  readonly pauses: number;
  /** How often each worker claims each run; the last one for all that follow. From the second time on it takes over from holders that are gone. */
  readonly claims: readonly number[];
  /** How often a cleaner looks at each run. */
  readonly looks: number;
  /** What a program may come to. */
  readonly outcomes: readonly RunOutcome[];
  /** How all runs are found. */
  readonly start: Start;
};

export type Found = {
  readonly states: number;
  readonly transitions: number;
  /** States in which nobody has anything left to do. */
  readonly ends: number;
  /** Every folder there was, as who ignores drafts, desks, times and which worker is which sees it. */
  readonly visible: () => ReadonlySet<string>;
  /** Different states of run folders with their histories, and of processes. */
  readonly folders: number;
  readonly processes: number;
  /** What was broken, and the shortest way to it; undefined if nothing was. */
  readonly broken: { readonly what: string; readonly trace: readonly string[] } | undefined;
};

export type SearchOptions = {
  readonly variant?: Partial<Variant>;
  /** Leave out what cannot differ; true unless said. */
  readonly reduced?: boolean;
  readonly onProgress?: (states: number, waiting: number) => void;
};

const PROGRESS_STATES = 1 << 19;

/** Visits every state that a model of this size can be in, those nearest to the beginning first. */
export function search(size: ModelSize, options: SearchOptions = {}): Found {
  const { reduced = true, onProgress = () => undefined } = options;
  const players = playersOf(size, { ...PROTOCOL, ...options.variant });
  const model = createTransitions({ ...size, players, reduced });
  const store = createStateStore(model.width);
  let transitions = 0;
  let ends = 0;
  let index = 0;
  const row = new Uint32Array(model.width);
  store.add(model.first(), 0);
  const add = (next: Row) => {
    transitions += 1;
    store.add(next, index);
  };
  let what: string | undefined;
  try {
    for (; index < store.size(); index++) {
      if (index % PROGRESS_STATES === 0) onProgress(index, store.size() - index);
      store.get(index, row);
      const before = transitions;
      model.expand(row, add);
      if (transitions === before) ends += 1;
    }
  } catch (error) {
    if (!(error instanceof BrokenPromise)) throw error;
    what = error.message;
  }
  const broken =
    what === undefined ? undefined : { what: named(what), trace: traceTo(index, store, model) };
  return {
    states: store.size(),
    transitions,
    ends,
    ...model.counts(),
    visible: model.folders,
    broken,
  };
}

function playersOf(size: ModelSize, variant: Variant): readonly Player[] {
  const { workers, cleaners, claims, looks, outcomes } = size;
  return Array.from({ length: workers + cleaners }, (_, index) => {
    const kind = index < workers ? "worker" : "cleaner";
    const visits = kind === "worker" ? (claims[index] ?? claims.at(-1) ?? 1) : looks;
    return { index, kind, visits, outcomes, variant };
  });
}

/** The steps that lead from the beginning to a state, and the one that broke it. */
function traceTo(
  last: number,
  store: ReturnType<typeof createStateStore>,
  model: ReturnType<typeof createTransitions>,
): readonly string[] {
  const path = [last];
  for (let index = last; index !== 0; path.unshift(index)) index = store.parentOf(index);
  const rowOf = (index: number) => {
    const row = new Uint32Array(model.width);
    store.get(index, row);
    return row;
  };
  return path.map((from, place) => {
    const to = path[place + 1];
    const row = rowOf(from);
    let taken: Step | undefined;
    const goal = to === undefined ? undefined : rowOf(to).join();
    try {
      model.expand(row, (next, step) => {
        if (goal !== undefined && taken === undefined && next.join() === goal) taken = step;
      });
    } catch (error) {
      if (!(error instanceof BrokenPromise)) throw error;
      taken ??= model.current();
    }
    return taken === undefined ? "?" : named(model.describe(row, taken));
  });
}

/** `worker1-33` for `worker.1.<token>`: short enough to be read. */
function named(text: string): string {
  return text
    .replace(/\b(worker|cleaner)\.\d+\.0*([0-9a-f]+?)0*([0-9a-f]{1,7})\b/g, "$1$2-$3")
    .replace(/\b0{15,}([0-9a-f])0*([0-9a-f]{1,3})\b/g, "$1-$2");
}
