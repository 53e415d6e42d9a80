import { SMALL } from "./broken-variants.ts";
import type { Found, ModelSize } from "./search.ts";

/** What the ordinary tests visit whole, in seconds. */
export const SMALL_SIZES: readonly ModelSize[] = [
  { ...SMALL, crashes: 1, pauses: 1 },
  { ...SMALL, runs: 2, crashes: 1 },
  { ...SMALL, outcomes: ["completed", "crashed", "released"] },
  // Somebody takes over from a cleaner that died or is stopped, and claims again.
  { ...SMALL, workers: 1, claims: [2], looks: 2, crashes: 1, pauses: 1 },
  { ...SMALL, workers: 1, cleaners: 2, pauses: 1, start: "held" },
];

const FULL: ModelSize = { ...SMALL, workers: 3, runs: 2, crashes: 1, pauses: 1 };

/** What `npm run model` visits whole, in ten minutes or so; the largest takes 1.3 GB. */
export const FULL_SIZES: readonly ModelSize[] = [
  FULL,
  // One worker takes over from whoever is gone, cleaners too, and claims again.
  { ...FULL, workers: 2, claims: [2, 1] },
  { ...FULL, claims: [2, 1, 1], pauses: 0 },
  // Every end that a program may come to; crashed runs are reset.
  { ...FULL, workers: 2, outcomes: ["completed", "crashed", "released"] },
];

export function describeSize(size: ModelSize): string {
  const { workers, cleaners, runs, crashes, pauses, claims, looks, outcomes, start } = size;
  return (
    `${workers} workers (claims of each: ${claims.join(", ")}), ${runs} runs (${start}), ` +
    `${cleaners} cleaners (looks: ${looks}), ${crashes} crashes, ${pauses} pauses, ` +
    `programs that end ${outcomes.join(" or ")}`
  );
}

export function describeFound({ states, transitions, folders, processes, broken }: Found): string {
  const count = (value: number) => value.toLocaleString("en");
  const result = broken === undefined ? "no promise broken" : `BROKEN: ${broken.what}`;
  return (
    `${count(states)} states, ${count(transitions)} transitions; ` +
    `${count(folders)} different folders, ${count(processes)} states of processes: ${result}`
  );
}
