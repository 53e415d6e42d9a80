import { OPTIMIZERS, type OptimizerSettings } from "./optimizer.ts";

const ALG_NAMES = ["mlp", "softmax"] as const;

/** What a run is told. */
export type DigitsConfig = OptimizerSettings & {
  /** `softmax`: softmax regression; `mlp`: a network with one hidden layer. */
  readonly algName: (typeof ALG_NAMES)[number];
  readonly taskName: "digits";
  /** Decides the first weights and the order of the examples, not the split into train and test. */
  readonly seed: number;
  readonly desc: string;
  /** Used by `mlp` only. */
  readonly hiddenUnits: number;
  readonly batchSize: number;
  /** L2: half of this × the sum of squared weights is added to the loss. */
  readonly weightDecay: number;
  readonly epochs: number;
};

export const DEFAULT_CONFIG: DigitsConfig = {
  algName: "mlp",
  taskName: "digits",
  seed: 1,
  desc: "",
  optimizer: "adam",
  learningRate: 0.005,
  hiddenUnits: 64,
  batchSize: 32,
  weightDecay: 0.0001,
  momentum: 0.9,
  epochs: 20,
};

type Check = { readonly expected: string; readonly accepts: (value: unknown) => boolean };

const CHECKS: Readonly<Record<keyof DigitsConfig, Check>> = {
  algName: oneOf(ALG_NAMES),
  taskName: oneOf(["digits"]),
  seed: integer(0, 2 ** 31 - 1),
  desc: { expected: "a text", accepts: (value) => typeof value === "string" },
  optimizer: oneOf(OPTIMIZERS),
  learningRate: number("above 0", (value) => value > 0),
  hiddenUnits: integer(1, 4096),
  batchSize: integer(1, 4096),
  weightDecay: number("of at least 0", (value) => value >= 0),
  momentum: number("of at least 0 and below 1", (value) => value >= 0 && value < 1),
  epochs: integer(1, 100_000),
};

/**
 * A run's configuration, checked. Names that it does not know are left alone: alprep refuses them.
 * @throws Error that names every value which is missing or wrong
 */
export function parseConfig(config: Readonly<Record<string, unknown>>): DigitsConfig {
  if (isDigitsConfig(config)) return config;
  const problems = Object.entries(CHECKS)
    .filter(([name, { accepts }]) => !accepts(config[name]))
    .map(([name, { expected }]) => {
      return `${name}: expected ${expected}, got ${name in config ? JSON.stringify(config[name]) : "nothing"}`;
    });
  throw new Error(`The configuration cannot be trained: ${problems.join("; ")}.`);
}

function isDigitsConfig(
  config: Readonly<Record<string, unknown>>,
): config is Readonly<Record<string, unknown>> & DigitsConfig {
  return Object.entries(CHECKS).every(([name, { accepts }]) => accepts(config[name]));
}

function oneOf(names: readonly string[]): Check {
  return {
    expected: names.map((name) => JSON.stringify(name)).join(" or "),
    accepts: (value) => typeof value === "string" && names.includes(value),
  };
}

function number(range: string, accepts: (value: number) => boolean): Check {
  return {
    expected: `a number ${range}`,
    accepts: (value) => typeof value === "number" && Number.isFinite(value) && accepts(value),
  };
}

function integer(least: number, most: number): Check {
  return {
    expected: `an integer from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}
