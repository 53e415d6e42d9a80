import type { ConfigValue } from "../config/config.ts";
import type { Distribution } from "../search/distributions.ts";
import { scoreScale } from "./score-axis.ts";
import type { VariedParameter } from "./variations.ts";

/** Numbers of which there are no more than these are counted one by one. */
const FEW_VALUES = 8;

/**
 * How the values of a varied parameter are drawn: on the axis of their distribution; without one (a
 * grid) and for choices, few values are counted, and many numbers lie on an axis that suits them.
 */
export function variationAxis(
  distribution: Distribution | undefined,
  values: readonly ConfigValue[],
): VariedParameter["axis"] {
  switch (distribution?.kind) {
    case "logUniform":
    case "logInteger":
    case "logNormal":
      return "log";
    case "uniform":
    case "quantisedUniform":
    case "normal":
      return "linear";
    case "integer":
      return distribution.high - distribution.low < FEW_VALUES ? "categories" : "linear";
    case "choice":
    case "fixed":
    case undefined:
      return axisOfMany(values);
  }
}

function axisOfMany(values: readonly ConfigValue[]): VariedParameter["axis"] {
  const numbers = values.filter((value) => typeof value === "number");
  const areNumbers = numbers.length === values.length && numbers.every(Number.isFinite);
  if (!areNumbers || new Set(numbers).size <= FEW_VALUES) return "categories";
  return scoreScale(numbers).type;
}
