import { type Config, type ConfigValue, isConfig } from "../../config/config.ts";

/**
 * One varied parameter over all experiments, its values replaced by codes: trees look at the order of
 * numbers only, so that a scale (linear, logarithmic) makes no difference.
 */
export type Feature = {
  readonly name: string;
  /** Numbers have an order; texts, booleans, lists, and mixtures have none. */
  readonly kind: "numeric" | "categorical";
  /** The value that each code stands for; undefined where the parameter was not set. */
  readonly values: readonly (ConfigValue | undefined)[];
  /** Shape `[experiments]`. */
  readonly codes: Uint32Array;
};

/**
 * The parameters that differ between experiments, nested ones by their dotted names. One that some experiments do not have (because it
 * depends on another) has "not set" as its first value.
 */
export function featuresOf(experiments: readonly Config[]): readonly Feature[] {
  const flat = experiments.map((values) => new Map(entriesOf(values)));
  const names = [...new Set(flat.flatMap((values) => [...values.keys()]))].sort();
  return names
    .map((name) =>
      encode(
        name,
        flat.map((values) => values.get(name)),
      ),
    )
    .filter(({ values }) => values.length > 1);
}

function entriesOf(values: Config, prefix = ""): readonly (readonly [string, ConfigValue])[] {
  return Object.entries(values).flatMap(([name, value]) =>
    isConfig(value)
      ? entriesOf(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value] as const],
  );
}

function encode(name: string, column: readonly (ConfigValue | undefined)[]): Feature {
  const kind = column.every((value) => value === undefined || isNumber(value))
    ? "numeric"
    : "categorical";
  // By text, in which 1 and "1", lists and objects differ as they should.
  const texts = column.map((value) => JSON.stringify(value) as string | undefined);
  const distinct = new Map(texts.map((text, index) => [text, column[index]]));
  const order = [...distinct].sort(([a, x], [b, y]) => {
    if (x === undefined || y === undefined)
      return Number(x !== undefined) - Number(y !== undefined);
    if (isNumber(x) && isNumber(y)) return x - y;
    return (a ?? "") < (b ?? "") ? -1 : 1;
  });
  const codes = new Map(order.map(([text], code) => [text, code]));
  return {
    name,
    kind,
    values: order.map(([, value]) => value),
    codes: Uint32Array.from(texts, (text) => codes.get(text) ?? 0),
  };
}

function isNumber(value: ConfigValue): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
