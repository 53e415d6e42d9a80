const SIGNIFICANT_DIGITS = 4;

/** A number of a table: four significant digits. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}
