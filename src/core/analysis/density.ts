import { summariseSeeds } from "./seed-summary.ts";

/** A density as points of a line. */
export type DensityCurve = {
  /** Ascending, evenly spaced, shape `[points]`. */
  readonly x: Float64Array;
  /** Per unit of x, shape `[points]`. */
  readonly density: Float64Array;
  /** Standard deviation of the kernels, in the unit of x. */
  readonly bandwidth: number;
};

export type DensityOptions = {
  /** The rule for the bandwidth; default `scott`, as in SciPy. */
  readonly rule?: "scott" | "silverman";
  /** Default 128. */
  readonly points?: number;
  /** How far beyond the values the curve is drawn, in bandwidths; 0 (the default) not at all. */
  readonly cut?: number;
};

/**
 * Gaussian kernel density estimate, as `scipy.stats.gaussian_kde`: the bandwidth is the sample
 * standard deviation times n^(-1/5) (Scott), or times (3n/4)^(-1/5) (Silverman).
 *
 * @param values - finite
 * @returns undefined if there are fewer than two different values: they have no density
 * @throws RangeError if one is not finite
 */
export function densityCurve(
  values: readonly number[],
  { rule = "scott", points = 128, cut = 0 }: DensityOptions = {},
): DensityCurve | undefined {
  if (!values.every(Number.isFinite)) {
    throw new RangeError(`Expected finite values, got [${values.join(", ")}]`);
  }
  const n = values.length;
  const { sd = 0 } = summariseSeeds(values);
  const bandwidth = sd * (rule === "scott" ? n : (3 * n) / 4) ** (-1 / 5);
  if (!(bandwidth > 0) || !Number.isFinite(bandwidth)) return undefined;
  const low = values.reduce((a, b) => Math.min(a, b)) - cut * bandwidth;
  const high = values.reduce((a, b) => Math.max(a, b)) + cut * bandwidth;
  const x = Float64Array.from({ length: points }, (_, index) => {
    const part = index / (points - 1);
    return (1 - part) * low + part * high;
  });
  const height = 1 / (n * bandwidth * Math.sqrt(2 * Math.PI));
  const density = x.map((at) =>
    values.reduce(
      (sum, value) => sum + height * Math.exp(-(((at - value) / bandwidth) ** 2) / 2),
      0,
    ),
  );
  return { x, density, bandwidth };
}
