import { type Task, TASKS } from "../../core/task-state.ts";
import type { SearchFacts } from "../../core/search/search-facts.ts";
import type { Host } from "../../host.ts";

/** Something that is done once for a search when its runs are settled. */
export type SettledStep = {
  readonly task: Task;
  /** What it makes, for messages. */
  readonly name: string;
  /** Whether there is anything to make of a search like this. */
  readonly applies: (facts: SearchFacts) => boolean;
  /** Writes into `folder`; ends early when `signal` aborts. @throws whatever keeps it from being made */
  readonly carryOut: (
    place: { readonly storage: string; readonly folder: string },
    host: Host,
    signal: AbortSignal,
  ) => Promise<void>;
};

/**
 * All of them, in their order. Another one is added here and in `SETTLED_TASKS`. What a step needs is
 * loaded when it is carried out: a worker that only trains starts without it.
 */
export const SETTLED_STEPS: readonly SettledStep[] = [
  {
    task: TASKS.plotArrays,
    name: "plot arrays",
    applies: ({ metric }) => metric !== null,
    carryOut: async (place, host, signal) => {
      const { plotSettled } = await import("../plot/plot-settled.ts");
      await plotSettled(place, host, signal);
    },
  },
  {
    task: TASKS.summary,
    name: "summary",
    applies: ({ metric }) => metric !== null,
    carryOut: async (place, host, signal) => {
      const { summarise } = await import("../benchmark/summarise.ts");
      await summarise(place, host, signal);
    },
  },
];
