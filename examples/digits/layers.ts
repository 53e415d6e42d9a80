import type { Random } from "./random.ts";
import { addScaled, dot, load } from "./vector.ts";

/** One dense layer, tanh of its sums if it is hidden. */
export type Layer = {
  readonly inputs: Signals;
  readonly outputs: Signals;
  readonly isHidden: boolean;
  /** Where its weights begin among the parameters; shape `[inputs, outputs]`. */
  readonly weights: number;
  /** Where its biases begin, right behind the weights; shape `[outputs]`. */
  readonly biases: number;
};

/** What flows between two layers for one example; overwritten from example to example. */
export type Signals = {
  readonly values: Float64Array;
  /** Derivatives of the loss by the values (before tanh, in hidden layers). */
  readonly deltas: Float64Array;
};

/**
 * Dense layers that share what flows between them.
 * @param widths - the number of inputs, then of each layer's outputs
 */
export function createLayers(widths: readonly number[]): readonly Layer[] {
  const signals = widths.map((width): Signals => {
    return { values: new Float64Array(width), deltas: new Float64Array(width) };
  });
  const layers: Layer[] = [];
  for (const [index, outputs] of signals.entries()) {
    const inputs = signals[index - 1];
    if (inputs === undefined) continue;
    const weights = parameterCount(layers);
    const biases = weights + inputs.values.length * outputs.values.length;
    layers.push({ inputs, outputs, isHidden: index < widths.length - 1, weights, biases });
  }
  return layers;
}

export function parameterCount(layers: readonly Layer[]): number {
  const last = layers.at(-1);
  return last === undefined ? 0 : last.biases + last.outputs.values.length;
}

/** Uniform weights by Glorot's rule, biases of zero. @see Glorot & Bengio (2010), equation 16 */
export function initialise(layers: readonly Layer[], random: Random): Float64Array {
  const parameters = new Float64Array(parameterCount(layers));
  for (const { inputs, outputs, weights, biases } of layers) {
    const bound = Math.sqrt(6 / (inputs.values.length + outputs.values.length));
    for (let at = weights; at < biases; at++) parameters[at] = bound * (2 * random.uniform() - 1);
  }
  return parameters;
}

/** From the first layer's input values to the last one's output values. */
export function forward(layers: readonly Layer[], parameters: Float64Array): void {
  for (const { inputs, outputs, isHidden, weights, biases } of layers) {
    const sums = outputs.values;
    load(sums, parameters, biases);
    for (let i = 0; i < inputs.values.length; i++) {
      const value = inputs.values[i] ?? Number.NaN;
      // Half of all pixels are blank.
      if (value !== 0)
        addScaled(sums, 0, value, parameters, weights + i * sums.length, sums.length);
    }
    if (!isHidden) continue;
    for (let j = 0; j < sums.length; j++) sums[j] = Math.tanh(sums[j] ?? Number.NaN);
  }
}

/** From the last layer's output deltas to the parameters': adds to `gradient`. */
export function backward(
  layers: readonly Layer[],
  parameters: Float64Array,
  gradient: Float64Array,
): void {
  for (const [index, { inputs, outputs, weights, biases }] of [...layers.entries()].reverse()) {
    const { deltas } = outputs;
    addScaled(gradient, biases, 1, deltas, 0, deltas.length);
    for (let i = 0; i < inputs.values.length; i++) {
      const value = inputs.values[i] ?? Number.NaN;
      const at = weights + i * deltas.length;
      if (value !== 0) addScaled(gradient, at, value, deltas, 0, deltas.length);
      // Below the first layer is data; further up, values are tanh, whose slope is 1 - tanh².
      if (index > 0) inputs.deltas[i] = dot(parameters, at, deltas) * (1 - value * value);
    }
  }
}
