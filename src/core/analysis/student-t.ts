const BISECTIONS = 60;

/**
 * The number that a Student t variable stays within, on both sides of 0, with probability
 * `coverage`: 2.776… for 0.95 and 4 degrees of freedom.
 *
 * @param coverage - in [0, 1)
 * @param degreesOfFreedom - an integer ≥ 1
 * @throws RangeError for anything else
 */
export function studentTBound(coverage: number, degreesOfFreedom: number): number {
  if (!(coverage >= 0 && coverage < 1)) {
    throw new RangeError(`Expected a coverage in [0, 1), got ${coverage}`);
  }
  if (!Number.isSafeInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`Expected degrees of freedom ≥ 1, got ${degreesOfFreedom}`);
  }
  let low = 0;
  let high = Math.PI / 2;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (coverageWithin(middle, degreesOfFreedom) < coverage) low = middle;
    else high = middle;
  }
  return Math.sqrt(degreesOfFreedom) * Math.tan((low + high) / 2);
}

/**
 * Probability that |t| ≤ √ν · tan θ, by the finite series that holds for integer ν.
 * @see Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964), 26.7.3 and 26.7.4
 */
function coverageWithin(theta: number, degreesOfFreedom: number): number {
  const isOdd = degreesOfFreedom % 2 === 1;
  const cosine = Math.cos(theta);
  const squared = cosine * cosine;
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let k = isOdd ? 3 : 2; k <= degreesOfFreedom; k += 2) {
    sum += term;
    term *= (squared * (k - 1)) / k;
  }
  const series = Math.sin(theta) * sum;
  return isOdd ? (2 / Math.PI) * (theta + series) : series;
}
