/** How the recorded values of one run become its score; the first five in the descriptions' spelling. */
export const AGGREGATIONS = [
  "min",
  "max",
  "avg",
  "last",
  "mean_on_last_20_percents",
  "best",
  "auc",
] as const;
/** Those that take a number, as in `at_x=5000`. */
export const NUMBERED_AGGREGATIONS = ["at_x", "time_to_threshold"] as const;
export type Aggregation =
  (typeof AGGREGATIONS)[number] | `${(typeof NUMBERED_AGGREGATIONS)[number]}=${number}`;

/** Which scores are good: the large or the small ones. */
export type Direction = "maximise" | "minimise";

/** An {@link Aggregation}, read. */
export type ParsedAggregation =
  | { readonly kind: (typeof AGGREGATIONS)[number] }
  | { readonly kind: "at_x"; readonly x: number }
  | { readonly kind: "time_to_threshold"; readonly threshold: number };

/** For messages and help. */
export const KNOWN_AGGREGATIONS: readonly string[] = [
  ...AGGREGATIONS,
  ...NUMBERED_AGGREGATIONS.map((name) => `${name}=<number>`),
];

/** @returns undefined for what is no aggregation */
export function parseAggregation(text: string): ParsedAggregation | undefined {
  const plain = AGGREGATIONS.find((name) => name === text);
  if (plain !== undefined) return { kind: plain };
  const [, name, digits] = /^([a-z_]+)=([-+]?[0-9.]+(?:e[-+]?[0-9]+)?)$/i.exec(text) ?? [];
  const number = Number(digits);
  if (!Number.isFinite(number)) return undefined;
  if (name === "at_x") return { kind: "at_x", x: number };
  return name === "time_to_threshold" ? { kind: name, threshold: number } : undefined;
}

export function isAggregation(text: string): text is Aggregation {
  return parseAggregation(text) !== undefined;
}

/** Whether a score cannot be found without knowing which values of the metric are good. */
export function needsDirection(aggregation: Aggregation): boolean {
  return aggregation === "best" || isTime(aggregation);
}

/** Which scores are good: those of the metric, but of times the short ones. */
export function scoreDirection({
  aggregation,
  direction,
}: {
  readonly aggregation: Aggregation;
  readonly direction: Direction;
}): Direction {
  return isTime(aggregation) ? "minimise" : direction;
}

/** What a score that is not finite means. */
export function failureWord(aggregation: Aggregation): "diverged" | "not reached" {
  return isTime(aggregation) ? "not reached" : "diverged";
}

/** Whether the score is an x, not a value of the metric. */
export function isTime(aggregation: Aggregation): boolean {
  return aggregation.startsWith("time_to_threshold=");
}
