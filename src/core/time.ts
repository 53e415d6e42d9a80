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
