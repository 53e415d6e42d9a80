import { incompleteBeta } from "./beta.ts";

const BISECTIONS = 60;

/**
 * The number that a Student t variable stays within, on both sides of 0, with probability
 * `coverage`: 2.776… for 0.95 and 4 degrees of freedom.
 *
 * @param coverage - in [0, 1)
 * @param degreesOfFreedom - at least 1; Welch's need not be whole
 * @throws RangeError for anything else
 */
export function studentTBound(coverage: number, degreesOfFreedom: number): number {
  if (!(coverage >= 0 && coverage < 1)) {
    throw new RangeError(`Expected a coverage in [0, 1), got ${coverage}`);
  }
  checkDegreesOfFreedom(degreesOfFreedom);
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
 * Probability that a Student t variable is further from 0 than `t`, on either side.
 * @throws RangeError for fewer than one degree of freedom
 */
export function studentTTails(t: number, degreesOfFreedom: number): number {
  checkDegreesOfFreedom(degreesOfFreedom);
  if (!Number.isFinite(t)) return Number.isNaN(t) ? Number.NaN : 0;
  const cosine = degreesOfFreedom / (degreesOfFreedom + t * t);
  const sine = (t * t) / (degreesOfFreedom + t * t);
  return incompleteBeta(cosine, sine, degreesOfFreedom / 2, 0.5);
}

function checkDegreesOfFreedom(degreesOfFreedom: number): void {
  if (!Number.isFinite(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(`Expected degrees of freedom ≥ 1, got ${degreesOfFreedom}`);
  }
}

/** Probability that |t| ≤ √ν · tan θ. @see DLMF 8.17; Abramowitz & Stegun (1964), 26.7.1 */
function coverageWithin(theta: number, degreesOfFreedom: number): number {
  const sine = Math.sin(theta) ** 2;
  const cosine = Math.cos(theta) ** 2;
  return incompleteBeta(sine, cosine, 0.5, degreesOfFreedom / 2);
}
