import type { Examples } from "./data.ts";
import {
  backward,
  createLayers,
  forward,
  initialise,
  type Layer,
  parameterCount,
} from "./layers.ts";
import type { Random } from "./random.ts";
import { addScaled, dot, largestAt, load } from "./vector.ts";

/**
 * A classifier whose weights and biases all lie in one array, so that optimizers, checkpoints and
 * gradient checks need not know its layers.
 */
export type Model = {
  readonly parameterCount: number;
  readonly initialise: (random: Random) => Float64Array;
  /**
   * The mean cross-entropy over the batch, in nats, plus `weightDecay` / 2 × the sum of squared
   * weights (not biases). Overwrites `gradient` with its derivatives by the parameters.
   */
  readonly lossAndGradient: (
    parameters: Float64Array,
    batch: Batch,
    gradient: Float64Array,
  ) => number;
  /** The share of the examples whose class is the likeliest one. */
  readonly accuracy: (parameters: Float64Array, examples: Examples) => number;
};

/** The rows of the examples that one step learns from. */
export type Batch = { readonly examples: Examples; readonly rows: Uint32Array };

/**
 * Dense layers with tanh between them and softmax at the end: softmax regression if `widths` has
 * two numbers, a network with one hidden layer if it has three.
 *
 * @param widths - the numbers of inputs, of each hidden layer's outputs, and of classes
 * @throws RangeError for fewer than two widths
 * @see Bishop, *Pattern Recognition and Machine Learning* (2006), sections 4.3.4 and 5.3
 */
export function createModel(widths: readonly number[], weightDecay: number): Model {
  const layers = createLayers(widths);
  const input = layers.at(0)?.inputs.values;
  const output = layers.at(-1)?.outputs;
  if (!input || !output) {
    throw new RangeError(`Expected at least two widths, got [${widths.join(", ")}]`);
  }
  return {
    parameterCount: parameterCount(layers),
    initialise: (random) => initialise(layers, random),
    lossAndGradient(parameters, { examples, rows }, gradient) {
      let loss = decay(layers, parameters, weightDecay, gradient);
      for (const row of rows) {
        load(input, examples.pixels, row * input.length);
        forward(layers, parameters);
        const label = examples.labels[row] ?? Number.NaN;
        loss += toProbabilities(output.values, label) / rows.length;
        for (let j = 0; j < output.deltas.length; j++) {
          const wanted = j === label ? 1 : 0;
          output.deltas[j] = ((output.values[j] ?? Number.NaN) - wanted) / rows.length;
        }
        backward(layers, parameters, gradient);
      }
      return loss;
    },
    accuracy(parameters, examples) {
      let right = 0;
      for (const [row, label] of examples.labels.entries()) {
        load(input, examples.pixels, row * input.length);
        forward(layers, parameters);
        if (largestAt(output.values) === label) right++;
      }
      return right / examples.labels.length;
    },
  };
}

/** Half of `weightDecay` × the sum of squared weights; overwrites `gradient` with its derivatives. */
function decay(
  layers: readonly Layer[],
  parameters: Float64Array,
  weightDecay: number,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let squares = 0;
  for (const { weights, biases } of layers) {
    addScaled(gradient, weights, weightDecay, parameters, weights, biases - weights);
    squares += dot(parameters, weights, parameters.subarray(weights, biases));
  }
  return (weightDecay / 2) * squares;
}

/** Turns logits into probabilities where they are; gives the cross-entropy with `label`, in nats. */
function toProbabilities(logits: Float64Array, label: number): number {
  // Shifted by the largest one: exp() of a large logit would be infinite.
  const largest = logits[largestAt(logits)] ?? Number.NaN;
  const logit = logits[label] ?? Number.NaN;
  let sum = 0;
  for (let j = 0; j < logits.length; j++) {
    const exponential = Math.exp((logits[j] ?? Number.NaN) - largest);
    logits[j] = exponential;
    sum += exponential;
  }
  for (let j = 0; j < logits.length; j++) logits[j] = (logits[j] ?? Number.NaN) / sum;
  return Math.log(sum) + largest - logit;
}
