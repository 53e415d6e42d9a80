import { quantile } from "../box-statistics.ts";
import { studentTBound } from "../probability/student-t.ts";
import { mean } from "../score.ts";
import { type Interval, INTERVAL_COVERAGE, MIN_SEEDS_FOR_INTERVAL } from "../seed-summary.ts";
import {
  bootstrapInterval,
  bootstrapMeans,
  bootstrapMedians,
  type BootstrapMethod,
} from "./bootstrap.ts";
import { countDistinctResamples, makeResamples, type Resamples } from "./resamples.ts";

export const INTERVAL_METHODS = ["t", "percentile", "basic", "bca"] as const;
export type IntervalMethod = (typeof INTERVAL_METHODS)[number];

/** How intervals are made. */
export type IntervalSettings = {
  /** Undefined: `t` below {@link MIN_SEEDS_FOR_BOOTSTRAP} values, `percentile` from there on. */
  readonly method?: IntervalMethod | undefined;
  /** Default: `mean`. The median has no t and no BCa interval. */
  readonly statistic?: "mean" | "median" | undefined;
  /** In (0, 1); default 0.95. */
  readonly coverage?: number | undefined;
  /** Bootstrap resamples, ≥ 1; default 10,000. */
  readonly resamples?: number | undefined;
  /** Of the random numbers; default 0. */
  readonly seed?: number | undefined;
};

/** The middle of a sample, and how sure it is. */
export type SampleInterval = {
  readonly n: number;
  /** Mean or median; NaN if a value is not finite or there are none. */
  readonly estimate: number;
  /** Undefined below {@link MIN_SEEDS_FOR_INTERVAL} values, and where the estimate is NaN. */
  readonly interval: Interval | undefined;
};

/** Below it, bootstrap intervals of means cover too little: 84 to 90 % instead of 95 % for 5 to 10. */
export const MIN_SEEDS_FOR_BOOTSTRAP = 20;
export const DEFAULT_RESAMPLES = 10_000;

/** Finds intervals of many samples; the resamples are made once for each sample size. */
export type IntervalFinder = (values: ArrayLike<number>) => SampleInterval;

/**
 * The interval of a mean or median from few values. The same values, in any order, and the same
 * settings give the same interval to the last bit.
 * @throws RangeError for settings that make no sense
 */
export function sampleInterval(
  values: ArrayLike<number>,
  settings: IntervalSettings = {},
): SampleInterval {
  return intervalFinder(settings)(values);
}

/** {@link sampleInterval} for many samples. @throws RangeError for settings that make no sense */
export function intervalFinder(settings: IntervalSettings = {}): IntervalFinder {
  const { statistic, coverage, resamples, seed } = complete(settings);
  const made = new Map<number, Resamples>();
  const resamplesOf = (n: number): Resamples => {
    const known = made.get(n) ?? makeResamples(n, resamples, seed);
    made.set(n, known);
    return known;
  };
  const isMean = statistic === "mean";
  return (values) => {
    const sorted = Float64Array.from(values).sort();
    const n = sorted.length;
    const estimate = sorted.every(Number.isFinite) ? middle(sorted, statistic) : Number.NaN;
    if (n < MIN_SEEDS_FOR_INTERVAL || !Number.isFinite(estimate)) {
      return { n, estimate, interval: undefined };
    }
    const method = methodFor(n, settings);
    if (method === "t") return { n, estimate, interval: tInterval(sorted, estimate, coverage) };
    if (sorted[0] === sorted[n - 1]) {
      return { n, estimate, interval: { low: estimate, high: estimate } };
    }
    const distribution = (isMean ? bootstrapMeans : bootstrapMedians)(
      sorted,
      estimate,
      resamplesOf(n),
    );
    const acceleration = method === "bca" ? accelerationOf(sorted, estimate) : 0;
    return {
      n,
      estimate,
      interval: bootstrapInterval(distribution, method, coverage, acceleration),
    };
  };
}

/** The method used for a sample of n values. */
export function methodFor(n: number, { method, statistic }: IntervalSettings): IntervalMethod {
  if (method !== undefined) return method;
  return statistic === "median" || n >= MIN_SEEDS_FOR_BOOTSTRAP ? "percentile" : "t";
}

const METHOD_NAMES: Readonly<Record<BootstrapMethod, string>> = {
  percentile: "percentile bootstrap",
  basic: "basic bootstrap",
  bca: "BCa bootstrap",
};

/**
 * What a caption says of the intervals of samples of n values, such as `95 % t interval, n = 5` or
 * `95 % BCa bootstrap interval (all 126 resamples), n = 5`.
 */
export function describeInterval(n: number, settings: IntervalSettings = {}): string {
  const { coverage, resamples, seed, statistic } = complete(settings);
  if (n < MIN_SEEDS_FOR_INTERVAL) {
    return `no interval, n = ${n}: it takes ${MIN_SEEDS_FOR_INTERVAL} seeds`;
  }
  const percent = `${Number((100 * coverage).toPrecision(6))} %`;
  const method = methodFor(n, settings);
  if (method === "t") return `${percent} t interval, n = ${n}`;
  const distinct = countDistinctResamples(n);
  const how =
    distinct <= resamples
      ? `all ${distinct.toLocaleString("en")} resamples`
      : `${resamples.toLocaleString("en")} resamples, seed ${seed}`;
  const of = statistic === "median" ? " of the median" : "";
  const caution = n < MIN_SEEDS_FOR_BOOTSTRAP ? ", too narrow for so few" : "";
  return `${percent} ${METHOD_NAMES[method]} interval${of} (${how}), n = ${n}${caution}`;
}

function complete(settings: IntervalSettings) {
  const { coverage = INTERVAL_COVERAGE, resamples = DEFAULT_RESAMPLES, seed = 0 } = settings;
  const { statistic = "mean", method } = settings;
  if (!(coverage > 0 && coverage < 1)) {
    throw new RangeError(`Expected a coverage in (0, 1), got ${coverage}`);
  }
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    throw new RangeError(`Expected at least one resample, got ${resamples}`);
  }
  if (statistic === "median" && (method === "t" || method === "bca")) {
    throw new RangeError(`Expected percentile or basic for a median, got ${method}`);
  }
  return { statistic, coverage, resamples, seed };
}

function middle(sorted: Float64Array, statistic: "mean" | "median"): number {
  return statistic === "mean" ? mean(Array.from(sorted)) : quantile(Array.from(sorted), 0.5);
}

function tInterval(sorted: Float64Array, estimate: number, coverage: number): Interval {
  const n = sorted.length;
  let squares = 0;
  for (const value of sorted) squares += (value - estimate) ** 2;
  const half = studentTBound(coverage, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { low: estimate - half, high: estimate + half };
}

/** Of a mean, by the jackknife. @see Efron & Tibshirani (1993), 14.15 */
function accelerationOf(sorted: Float64Array, estimate: number): number {
  let squares = 0;
  let cubes = 0;
  for (const value of sorted) {
    const deviation = value - estimate;
    squares += deviation ** 2;
    cubes += deviation ** 3;
  }
  return cubes / (6 * squares ** 1.5);
}
