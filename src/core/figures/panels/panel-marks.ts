import type { ReferenceLine } from "../reference-lines.ts";
import { colourOf } from "../series-look.ts";
import { INK } from "../style.ts";
import type { Axes } from "./panel-texts.ts";

/** One run's curve on a page. */
export type Line = {
  readonly label: string;
  /** As in SVG, pixels of the view. */
  readonly path: string;
};

/** Lines of a panel are told apart by dashes as well. */
const DASHES: readonly (readonly number[])[] = [[], [5, 2], [1.5, 1.5], [7, 2, 1.5, 2]];

/** The areas of panels. */
export function frames(values: readonly object[], { x, y }: Axes): object {
  return {
    data: { values },
    mark: { type: "rect", fill: "#fbfbfb", stroke: "#bbbbbb", strokeWidth: 0.6 },
    encoding: {
      x: { field: "x", ...x },
      x2: { field: "x2" },
      y: { field: "y", ...y },
      y2: { field: "y2" },
    },
  };
}

/** Lines of the grid. */
export function rules(values: readonly object[], { x, y }: Axes): object {
  return {
    data: { values },
    mark: { type: "rule", color: "#e4e4e4", strokeWidth: 0.6 },
    encoding: { x: { field: "x", ...x }, x2: { field: "x2" }, y: { field: "y", ...y } },
  };
}

/**
 * A line for each run as a symbol of its own shape: a hundred marks are drawn sooner than a
 * hundred thousand points.
 * @param colour - of them, if there is one label
 */
export function curves(
  lines: readonly Line[],
  labels: readonly string[],
  colour: string | undefined,
): object {
  const legend = labels.length > 1 ? { title: null, orient: "top", symbolType: "stroke" } : null;
  const colours = labels.map((_, index) => colourOf(index));
  const channel = (range: readonly unknown[]) => ({
    field: "label",
    type: "nominal",
    scale: { domain: labels, range },
    legend,
  });
  return {
    data: { values: lines },
    // Of this size, the unit of a symbol's shape is a pixel.
    mark: { type: "point", filled: false, size: 4, strokeWidth: 1.1, strokeJoin: "round" },
    encoding: {
      x: { value: 0 },
      y: { value: 0 },
      shape: { field: "path", type: "nominal", scale: null, legend: null },
      color: channel(colour !== undefined && labels.length === 1 ? [colour] : colours),
      strokeDash: channel(labels.map((_, index) => DASHES[index % DASHES.length] ?? [])),
    },
  };
}

/** Places of a line across panels, pixels. */
export type PlacedReference = {
  readonly look: Pick<ReferenceLine, "colour" | "dash">;
  readonly places: readonly { readonly x: number; readonly x2: number; readonly y: number }[];
};

/** Lines across panels, each in its own look, which is no channel: the legend would fall apart. */
export function references(lines: readonly PlacedReference[], { x, y }: Axes): readonly object[] {
  return lines.map(({ look: { colour = INK, dash = [4, 3] }, places }) => ({
    data: { values: places },
    mark: { type: "rule", strokeWidth: 1, color: colour, strokeDash: dash },
    encoding: { x: { field: "x", ...x }, x2: { field: "x2" }, y: { field: "y", ...y } },
  }));
}
