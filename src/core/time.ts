/** A time as files and JSON have it: ISO 8601, UTC. @param ms - since the epoch */
export const toIso = (ms: number) => new Date(ms).toISOString();

/** The same as part of a file's name: `20261121T041500Z`. */
export const toIsoName = (ms: number) => toIso(ms).replace(/[-:]|\.\d+/g, "");

/** A duration for people: `0.4 s`, `3 min 20 s`, `5 h 3 min`, `2 d 4 h`. @param seconds - ≥ 0 */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ] as const;
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 || parts.length > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ");
}

const SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  min: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

/**
 * A duration as people write it: `90`, `90s`, `5min`, `1h30min`, `2 d`. Seconds; undefined if it is none.
 */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)\s*/gy)];
  const length = parts.reduce((sum, [part]) => sum + part.length, 0);
  if (parts.length === 0 || length !== text.length) return undefined;
  let seconds = 0;
  for (const [, number, unit = ""] of parts) {
    // A number alone is in seconds, and then the only one.
    const factor = unit === "" && parts.length === 1 ? 1 : SECONDS[unit];
    if (factor === undefined) return undefined;
    seconds += Number(number) * factor;
  }
  return seconds;
}
