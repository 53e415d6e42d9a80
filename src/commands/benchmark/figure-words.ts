import type { TaskReference } from "../../core/figures/reference-lines.ts";
import { axisTitleOf, type Visuals } from "../../core/figures/visuals.ts";
import { oneLine } from "../../core/printable.ts";
import { isTime } from "../../core/search/aggregation.ts";
import type { Metric } from "../../core/search/metric.ts";

const MAX_FIGURE_TEXT = 80;

/** Their names as a figure may hold them. */
export function linesOf(lines: readonly TaskReference[]): readonly TaskReference[] {
  return lines.map((line) => ({ ...line, label: oneLine(line.label, MAX_FIGURE_TEXT) }));
}

/** What a score is called in figures. */
export function scoreName({ name, aggregation }: Metric, visuals: Visuals): string {
  const title = axisTitleOf(visuals, name);
  return oneLine(isTime(aggregation) ? `time to ${title}` : title, MAX_FIGURE_TEXT);
}

export function hintOf({ direction }: Metric, arrow = "↑"): string {
  if (direction === "maximise") return `higher is better ${arrow}`;
  return `lower is better ${arrow === "↑" ? "↓" : "←"}`;
}
