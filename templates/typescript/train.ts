import { setImmediate } from "node:timers/promises";

import type { ExperimentContext } from "hatchery";

/** The hyper-parameters and their defaults. */
export const getRunArgs = () => ({ degree: 3, learningRate: 0.05, epochs: 200 });

type Point = { readonly x: number; readonly y: number };

/** Fits a polynomial to noisy points by gradient descent. Put your own training in its place. */
export async function main({ config, recorder, progress, signal }: ExperimentContext) {
  const { degree, learningRate, epochs, seed } = { ...getRunArgs(), seed: 1, ...config };
  const random = createRandom(seed);
  const train = draw(60, random);
  const test = draw(200, random);
  const weights = new Array<number>(degree + 1).fill(0);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const { x, y } of train) {
      const miss = predict(weights, x) - y;
      for (let power = 0; power <= degree; power++) {
        weights[power] = (weights[power] ?? 0) - learningRate * 2 * miss * x ** power;
      }
    }
    if (epoch % 10 === 0 || epoch === epochs) {
      recorder.record({
        epoch,
        trainError: error(weights, train),
        testError: error(weights, test),
      });
    }
    progress(epoch, epochs);
    // Lets messages in, among them the one that asks the run to stop.
    await setImmediate();
    signal.throwIfAborted();
  }
}

const predict = (weights: readonly number[], x: number) =>
  weights.reduce((sum, weight, power) => sum + weight * x ** power, 0);

const error = (weights: readonly number[], points: readonly Point[]) =>
  points.reduce((sum, { x, y }) => sum + (predict(weights, x) - y) ** 2, 0) / points.length;

function draw(count: number, random: () => number): readonly Point[] {
  return Array.from({ length: count }, () => {
    const x = 2 * random() - 1;
    return { x, y: Math.sin(3 * x) + 0.3 * (random() - 0.5) };
  });
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
