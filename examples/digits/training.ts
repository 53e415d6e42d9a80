import type { DigitsConfig } from "./config.ts";
import { CLASSES, type Examples, PIXELS } from "./data.ts";
import { createModel, type Model } from "./model.ts";
import { createOptimizer, initialState, type OptimizerState } from "./optimizer.ts";
import { createRandom, permutation, restoreRandom } from "./random.ts";

/** Training between two epochs: with the configuration and the data, all that the rest depends on. */
export type Snapshot = {
  /** Epochs done. */
  readonly epoch: number;
  readonly parameters: Float64Array;
  readonly optimizer: OptimizerState;
  readonly random: readonly number[];
};

/** A training under way. */
export type Training = {
  /** Goes once through the examples, in an order of its own; gives the mean loss of its batches. */
  readonly trainEpoch: () => number;
  /** The share of right answers. */
  readonly accuracy: (examples: Examples) => number;
  /** A copy. */
  readonly snapshot: () => Snapshot;
};

/** The model that a configuration asks for. */
export function modelOf({ algName, hiddenUnits, weightDecay }: DigitsConfig): Model {
  const hidden = algName === "mlp" ? [hiddenUnits] : [];
  return createModel([PIXELS, ...hidden, CLASSES], weightDecay);
}

/** Training before its first epoch. */
export function firstSnapshot(config: DigitsConfig): Snapshot {
  const model = modelOf(config);
  const random = createRandom(config.seed);
  return {
    epoch: 0,
    parameters: model.initialise(random),
    optimizer: initialState(config, model.parameterCount),
    random: random.state(),
  };
}

/** Training that goes on from `start`, which stays as it is. */
export function resumeTraining(
  config: DigitsConfig,
  examples: Examples,
  start: Snapshot,
): Training {
  const model = modelOf(config);
  const parameters = start.parameters.slice();
  const gradient = new Float64Array(model.parameterCount);
  const optimizer = createOptimizer(config, start.optimizer);
  const random = restoreRandom(start.random);
  let { epoch } = start;
  return {
    trainEpoch() {
      const order = permutation(examples.labels.length, random);
      let loss = 0;
      for (let from = 0; from < order.length; from += config.batchSize) {
        const rows = order.subarray(from, from + config.batchSize);
        const share = rows.length / order.length;
        loss += share * model.lossAndGradient(parameters, { examples, rows }, gradient);
        optimizer.step(parameters, gradient);
      }
      epoch++;
      return loss;
    },
    accuracy: (judged) => model.accuracy(parameters, judged),
    snapshot: () => ({
      epoch,
      parameters: parameters.slice(),
      optimizer: optimizer.state(),
      random: random.state(),
    }),
  };
}
