import type { Curve } from "../../src/core/analysis/curves/curve.ts";
import type { Column } from "../../src/core/recording/growing-column.ts";

/** A column in which undefined is missing. */
export function column(...values: readonly (number | undefined)[]): Column {
  return {
    values: Float64Array.from(values, (value) => value ?? NaN),
    recorded: Uint8Array.from(values, (value) => (value === undefined ? 0 : 1)),
  };
}

/** A curve through points. */
export function curve(...points: readonly (readonly [x: number, y: number])[]): Curve {
  return {
    x: Float64Array.from(points, ([x]) => x),
    y: Float64Array.from(points, ([, y]) => y),
  };
}
