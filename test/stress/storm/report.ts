import type { StormReport } from "./local-storm.ts";

/** What a storm prints. */
export function renderStorm({
  seed,
  rages,
  seconds,
  figures,
  violations,
  skipped,
}: StormReport): string {
  const events = new Map<string, number>();
  for (const [name, count] of rages.flatMap((one) => Object.entries(one.events))) {
    events.set(name, (events.get(name) ?? 0) + count);
  }
  const sum = (of: (rage: StormReport["rages"][number]) => number) =>
    rages.reduce((total, rage) => total + of(rage), 0);
  const lines = [
    `seed ${seed}, ${seconds.toFixed(0)} s, of which ${Math.max(...rages.map((one) => one.seconds)).toFixed(0)} s of storm`,
    "",
    "What happened:",
    ...[...events].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => row(count, name)),
    row(
      sum(({ kills }) => kills),
      `kills in all, of ${sum(({ killed }) => killed.length)} processes`,
    ),
    "",
    "What came of it:",
    ...Object.entries(figures).map(([name, count]) => row(count, name)),
    "",
    ...skipped.map((what) => `NOT TRIED: ${what}.`),
    violations.length === 0 ? "All promises were kept." : `BROKEN, ${violations.length} times:`,
    ...violations,
  ];
  return lines.join("\n");
}

const row = (count: number, name: string) => `${String(count).padStart(8)}  ${name}`;
