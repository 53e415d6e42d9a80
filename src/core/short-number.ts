const SIGNIFICANT_DIGITS = 4;

/** A number for a table or a sentence: whole ones below a million as they are, others with four digits. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}
