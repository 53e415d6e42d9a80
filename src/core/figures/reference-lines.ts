import { INK } from "./style.ts";

/** A line across the panel: a score to compare with. */
export type ReferenceLine = { readonly label: string; readonly value: number };

/** In the panel of its task, or in all. */
export type TaskReference = ReferenceLine & { readonly task: string | undefined };

const TEXT = { type: "text", align: "right", baseline: "bottom", dy: -2, fontSize: 10, x: "width" };

/**
 * Layers with a dashed line for each, its name above it at the right.
 * @param y - the encoding of the field `value`
 */
export function referenceLines(lines: readonly ReferenceLine[], y: object): readonly object[] {
  if (lines.length === 0) return [];
  const text = { field: "label" };
  return [
    {
      data: { values: lines },
      layer: [
        { mark: { type: "rule", color: INK, strokeDash: [4, 3] }, encoding: { y } },
        // A rim keeps the name readable above points.
        {
          mark: { ...TEXT, color: "white", stroke: "white", strokeWidth: 3 },
          encoding: { y, text },
        },
        { mark: { ...TEXT, color: INK }, encoding: { y, text } },
      ],
    },
  ];
}
