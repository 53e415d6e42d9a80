import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import type { ExperimentContext } from "hatchery";

import { readCheckpoint, removeCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { DEFAULT_CONFIG, type DigitsConfig, parseConfig } from "./config.ts";
import { readDigits } from "./data.ts";
import { firstSnapshot, resumeTraining, type Snapshot } from "./training.ts";

const DATA_FILE = join("examples", "data", "digits.csv.gz");
const EPOCHS_PER_CHECKPOINT = 5;

/** The hyper-parameters and their defaults; alprep sets algName, taskName, seed and desc. */
export function getRunArgs(): DigitsConfig {
  return DEFAULT_CONFIG;
}

/**
 * Trains a classifier of handwritten digits. Records, after each epoch (counted from 1), the mean
 * `loss` of its batches and the shares of right answers in training (`trainAccuracy`) and on
 * pictures that are never trained on (`accuracy`).
 */
export async function main(context: ExperimentContext): Promise<void> {
  const { tree, recorder, logger, progress, signal, attempt } = context;
  signal.throwIfAborted();
  const config = parseConfig(context.config);
  const { train, test } = readDigits(join(tree.project, DATA_FILE));
  logger.info(`${train.labels.length} pictures to train on, ${test.labels.length} to test`);

  const start = startOf(context, config);
  const training = resumeTraining(config, train, start);
  const save = () => {
    writeCheckpoint(tree.runFolder, attempt.number, config, training.snapshot());
  };
  for (let epoch = start.epoch + 1; epoch <= config.epochs; epoch++) {
    const loss = training.trainEpoch();
    const accuracy = training.accuracy(test);
    recorder.record({ epoch, loss, trainAccuracy: training.accuracy(train), accuracy }, "train");
    logger.info(`epoch ${epoch}: loss ${loss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`);
    progress(epoch, config.epochs);
    if (!Number.isFinite(loss)) {
      logger.warn("The loss is not finite: nothing more can be learnt. Lower the learning rate.");
      break;
    }
    if (epoch % EPOCHS_PER_CHECKPOINT === 0) save();
    // Lets messages in, among them the one that aborts the signal.
    await setImmediate();
    if (signal.aborted) save();
    signal.throwIfAborted();
  }
  removeCheckpoint(tree.runFolder);
}

/** Where to begin: at the checkpoint of an earlier attempt if there is one that fits. */
function startOf(
  { tree, recorder, logger, attempt }: ExperimentContext,
  config: DigitsConfig,
): Snapshot {
  const saved = attempt.number > 1 ? readCheckpoint(tree.runFolder, config) : undefined;
  if (saved === undefined) return firstSnapshot(config);
  logger.info(`attempt ${attempt.number} goes on after epoch ${saved.epoch}`);
  recorder.resume("epoch", saved.epoch + 1, "train");
  return saved;
}
