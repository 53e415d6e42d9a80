const MAX_STEPS = 10_000;
const PRECISION = 1e-16;
/** Keeps the continued fraction from dividing by zero. */
const TINY = 1e-300;

/**
 * Regularised incomplete beta function I_x(a, b).
 *
 * @param x - in [0, 1]
 * @param y - 1 - x, given apart because the difference would lose digits where x is near 1
 * @param a - above 0
 * @param b - above 0
 * @see DLMF 8.17.22, evaluated by Lentz's method
 */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // The fraction converges quickly on this side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(y, x, b, a);
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(y) + lnGamma(a + b) - lnGamma(a) - lnGamma(b),
  );
  return (front / a) * betaFraction(x, a, b);
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    const change = d * c;
    result *= change;
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return result;
}

function notZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Where the asymptotic series is good to the last digit. */
const SERIES_FROM = 16;

/**
 * Logarithm of the gamma function.
 * @param x - above 0
 * @see DLMF 5.11.1 (Stirling's series), after moving x up by 5.5.1
 */
export function lnGamma(x: number): number {
  let shift = 1;
  let z = x;
  while (z < SERIES_FROM) {
    shift *= z;
    z += 1;
  }
  const s = 1 / (z * z);
  const series =
    (1 / 12 -
      s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) /
    z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift);
}
