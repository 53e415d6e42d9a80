/** Below it the power series is used, above it the continued fraction. */
const SERIES_UP_TO = 3;
const FRACTION_STEPS = 120;

/** Probability that a standard normal variable is at most `z`. */
export function normalBelow(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (Math.abs(z) <= SERIES_UP_TO) return 0.5 + density(z) * series(z);
  const tail = density(z) * tailFraction(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

/**
 * The number that a standard normal variable is below with probability `p`.
 * @param p - in [0, 1]; 0 and 1 give the infinities
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = startingPoint(p);
  for (let i = 0; i < 4; i++) {
    // Halley's method on Φ(z) - p: the error is cubed at each step.
    const error = (normalBelow(z) - p) / density(z);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** @see Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964), 26.2.11 */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > Math.abs(sum) * 1e-17; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return sum;
}

/** Mills' ratio by its continued fraction, *ibid.* 26.2.14. @param z - above 0 */
function tailFraction(z: number): number {
  let fraction = z;
  for (let k = FRACTION_STEPS; k >= 1; k--) fraction = z + k / fraction;
  return 1 / fraction;
}

/** Within 0.00045, *ibid.* 26.2.23. @param p - in (0, 0.5] */
function startingPoint(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  const top = 2.515517 + t * (0.802853 + t * 0.010328);
  const bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return top / bottom - t;
}
