import { quantile } from "../box-statistics.ts";
import {
  describeInterval,
  intervalFinder,
  type IntervalSettings,
  methodFor,
} from "../intervals/sample-interval.ts";
import { type Interval, summariseSeeds } from "../seed-summary.ts";
import { alignCurves, type AlignedCurves, commonAxis } from "./common-axis.ts";
import type { Curve } from "./curve.ts";

/** What the band around the middle of several curves shows. */
export type Spread =
  | ({ readonly kind: "interval" } & Omit<IntervalSettings, "statistic">)
  /** One standard error to each side. */
  | { readonly kind: "stderr" }
  /** Between two quantiles of the seeds; 0.1 and 0.9 if not given. */
  | { readonly kind: "quantiles"; readonly low?: number; readonly high?: number }
  /** No band: the seeds themselves are drawn. */
  | { readonly kind: "none" };

export type BandOptions = {
  readonly middle?: "mean" | "median";
  readonly spread?: Spread;
  /** Default: {@link commonAxis}. */
  readonly axis?: Float64Array;
};

/** Several seeds' curves as one, on a common axis. All arrays have the shape `[points]`. */
export type Band = {
  readonly x: Float64Array;
  /** Seeds that recorded on both sides of x (or at it). */
  readonly n: Uint32Array;
  /** Of these, seeds whose value is not finite. */
  readonly diverged: Uint32Array;
  /** NaN where a seed diverged, and where there is none. */
  readonly middle: Float64Array;
  /** NaN where there is no band: too few seeds, or one diverged. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Each seed on the same axis. */
  readonly seeds: AlignedCurves;
  /** What the figure says of it, such as `mean, 95 % t interval, n = 5`. */
  readonly caption: string;
};

/**
 * The middle of several curves and the band around it, at each x from the seeds that reach it.
 * Bootstrap intervals use the same resamples of seeds at each x.
 */
export function bandOf(curves: readonly Curve[], options: BandOptions = {}): Band {
  const { middle = "mean", spread = { kind: "interval" } } = options;
  const x = options.axis ?? commonAxis(curves);
  const seeds = alignCurves(curves, x);
  const band = {
    x,
    n: new Uint32Array(x.length),
    diverged: new Uint32Array(x.length),
    middle: new Float64Array(x.length).fill(Number.NaN),
    low: new Float64Array(x.length).fill(Number.NaN),
    high: new Float64Array(x.length).fill(Number.NaN),
  };
  for (const point of x.keys()) band.n[point] = valuesAt(seeds, point).length;
  const settled = settle(spread, middle, band.n);
  const summarise = summariser(middle, settled);
  for (const point of x.keys()) {
    const values = valuesAt(seeds, point);
    band.diverged[point] = values.filter((value) => !Number.isFinite(value)).length;
    if (values.length === 0 || (band.diverged[point] ?? 0) > 0) continue;
    const { estimate, interval } = summarise(values);
    band.middle[point] = estimate;
    band.low[point] = interval?.low ?? Number.NaN;
    band.high[point] = interval?.high ?? Number.NaN;
  }
  return { ...band, seeds, caption: captionOf(middle, settled, band.n) };
}

/** One method for the whole band: the one for the x with the fewest seeds. */
function settle(spread: Spread, statistic: "mean" | "median", n: Uint32Array): Spread {
  if (spread.kind !== "interval") return spread;
  const fewest = n.reduce(
    (least, count) => (count === 0 ? least : Math.min(least, count)),
    Infinity,
  );
  return { ...spread, method: methodFor(fewest, { ...spread, statistic }) };
}

/** Only those that reach the point. */
function valuesAt({ values, present }: AlignedCurves, point: number): readonly number[] {
  return values.flatMap((curve, index) =>
    present[index]?.[point] === 1 ? [curve[point] ?? Number.NaN] : [],
  );
}

type Summariser = (values: readonly number[]) => {
  readonly estimate: number;
  readonly interval: Interval | undefined;
};

function summariser(statistic: "mean" | "median", spread: Spread): Summariser {
  if (spread.kind === "interval") return intervalFinder({ ...spread, statistic });
  if (statistic === "median" && spread.kind === "stderr") {
    throw new RangeError("Expected an interval, quantiles or none around a median, got stderr");
  }
  return (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    const estimate = statistic === "median" ? quantile(sorted, 0.5) : summariseSeeds(sorted).mean;
    return { estimate, interval: spreadOf(sorted, spread) };
  };
}

function spreadOf(
  sorted: readonly number[],
  spread: Exclude<Spread, { kind: "interval" }>,
): Interval | undefined {
  switch (spread.kind) {
    case "none":
      return undefined;
    case "stderr": {
      const { mean, standardError } = summariseSeeds(sorted);
      if (standardError === undefined) return undefined;
      return { low: mean - standardError, high: mean + standardError };
    }
    case "quantiles": {
      const { low = 0.1, high = 0.9 } = spread;
      if (sorted.length < 2) return undefined;
      return { low: quantile(sorted, low), high: quantile(sorted, high) };
    }
  }
}

function captionOf(middle: "mean" | "median", spread: Spread, n: Uint32Array): string {
  const counts = [...new Set(n)].filter((count) => count > 0).sort((a, b) => a - b);
  const [least = 0] = counts;
  const most = counts.at(-1) ?? 0;
  const seeds = least === most ? `n = ${most}` : `n = ${least} to ${most}`;
  switch (spread.kind) {
    case "interval": {
      const said = describeInterval(most, { ...spread, statistic: middle });
      return `${middle}, ${said.replace(`n = ${most}`, seeds)}`;
    }
    case "stderr":
      return `${middle} ± 1 standard error, ${seeds}`;
    case "quantiles": {
      const { low = 0.1, high = 0.9 } = spread;
      return `${middle}, ${percent(low)} to ${percent(high)} quantiles of the seeds, ${seeds}`;
    }
    case "none":
      return `${middle} and all seeds, ${seeds}`;
  }
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
