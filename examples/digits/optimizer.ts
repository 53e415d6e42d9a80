/** Moves parameters against their gradient, remembering what it needs from step to step. */
export type Optimizer = {
  /** One step; changes `parameters`. */
  readonly step: (parameters: Float64Array, gradient: Float64Array) => void;
  /** For a checkpoint; a copy. */
  readonly state: () => OptimizerState;
};

export type OptimizerState = {
  /** Steps taken. */
  readonly steps: number;
  /** Running averages, each as long as the parameters: one of sgd, two of adam. */
  readonly moments: readonly Float64Array[];
};

export const OPTIMIZERS = ["sgd", "adam"] as const;

export type OptimizerSettings = {
  readonly optimizer: (typeof OPTIMIZERS)[number];
  readonly learningRate: number;
  /** How much of its last step sgd keeps, in [0, 1); adam has its own. */
  readonly momentum: number;
};

/** The state before the first step. */
export function initialState(
  { optimizer }: Pick<OptimizerSettings, "optimizer">,
  parameterCount: number,
): OptimizerState {
  const moments = { sgd: 1, adam: 2 }[optimizer];
  return {
    steps: 0,
    moments: Array.from({ length: moments }, () => new Float64Array(parameterCount)),
  };
}

/** An optimizer that goes on from `state`, which stays as it is. */
export function createOptimizer(settings: OptimizerSettings, state: OptimizerState): Optimizer {
  let { steps } = state;
  const moments = state.moments.map((moment) => moment.slice());
  const [first = new Float64Array(), second = new Float64Array()] = moments;
  return {
    step(parameters, gradient) {
      steps++;
      switch (settings.optimizer) {
        case "sgd":
          stepSgd(parameters, gradient, first, settings);
          break;
        case "adam":
          stepAdam(parameters, gradient, { first, second, steps }, settings);
          break;
      }
    },
    state: () => ({ steps, moments: moments.map((moment) => moment.slice()) }),
  };
}

/** @see Polyak (1964), the "heavy ball" */
function stepSgd(
  parameters: Float64Array,
  gradient: Float64Array,
  velocity: Float64Array,
  { learningRate, momentum }: OptimizerSettings,
): void {
  for (let at = 0; at < parameters.length; at++) {
    const speed = momentum * (velocity[at] ?? Number.NaN) + (gradient[at] ?? Number.NaN);
    velocity[at] = speed;
    parameters[at] = (parameters[at] ?? Number.NaN) - learningRate * speed;
  }
}

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** @see Kingma & Ba, *Adam: A Method for Stochastic Optimization* (2015), algorithm 1 */
function stepAdam(
  parameters: Float64Array,
  gradient: Float64Array,
  state: { readonly first: Float64Array; readonly second: Float64Array; readonly steps: number },
  { learningRate }: OptimizerSettings,
): void {
  const { beta1, beta2, epsilon } = ADAM;
  const correction1 = 1 - beta1 ** state.steps;
  const correction2 = 1 - beta2 ** state.steps;
  for (let at = 0; at < parameters.length; at++) {
    const slope = gradient[at] ?? Number.NaN;
    const first = beta1 * (state.first[at] ?? Number.NaN) + (1 - beta1) * slope;
    const second = beta2 * (state.second[at] ?? Number.NaN) + (1 - beta2) * slope * slope;
    state.first[at] = first;
    state.second[at] = second;
    const change = first / correction1 / (Math.sqrt(second / correction2) + epsilon);
    parameters[at] = (parameters[at] ?? Number.NaN) - learningRate * change;
  }
}
