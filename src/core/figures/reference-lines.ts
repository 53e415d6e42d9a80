import { INK } from "./style.ts";

/** A line across the panel: a score to compare with. */
export type ReferenceLine = {
  readonly label: string;
  readonly value: number;
  readonly colour?: string;
  /** Lengths of line and gap, pixels. */
  readonly dash?: readonly number[];
};

/** In the panel of its task, or in all. */
export type TaskReference = ReferenceLine & { readonly task: string | undefined };

const TEXT = { type: "text", align: "right", baseline: "bottom", dy: -2, fontSize: 10, x: "width" };

/**
 * Layers with a dashed line for each, its name above it at the right.
 * @param y - the encoding of the field `value`
 */
export function referenceLines(lines: readonly ReferenceLine[], y: object): readonly object[] {
  const text = { field: "label" };
  return lines.map(({ colour = INK, dash = [4, 3], ...line }) => {
    return {
      data: { values: [line] },
      layer: [
        // Not by a channel: the legend of the series, which has the same, would fall apart.
        { mark: { type: "rule", color: colour, strokeDash: dash }, encoding: { y } },
        // A rim keeps the name readable above points.
        {
          mark: { ...TEXT, color: "white", stroke: "white", strokeWidth: 3 },
          encoding: { y, text },
        },
        { mark: { ...TEXT, color: INK }, encoding: { y, text } },
      ],
    };
  });
}
