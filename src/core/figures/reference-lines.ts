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

/** As the line itself says it. */
const LOOK = {
  color: { field: "colour", type: "nominal", scale: null },
  strokeDash: { field: "dash", type: "nominal", scale: null },
} as const;

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
      data: { values: lines.map((line) => ({ colour: INK, dash: [4, 3], ...line })) },
      layer: [
        { mark: { type: "rule" }, encoding: { y, ...LOOK } },
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
