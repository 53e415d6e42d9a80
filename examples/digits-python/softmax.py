"""Softmax regression of the digits in plain Python: a program that records through hatchery's client."""

import json
import math
import os
import random

import hatchery
from digits import read_digits

CHECKPOINT = os.path.join(hatchery.run_dir, "checkpoint.json")
DEFAULTS = {"learningRate": 0.1, "epochs": 8, "weightDecay": 0.0}


def main():
    config = {**DEFAULTS, **hatchery.config}
    train, test = read_digits()
    start, weights = load_checkpoint()
    for epoch in range(start, config["epochs"] + 1):
        # An order that depends on the seed and the epoch alone, so that resuming changes nothing.
        order = random.Random(f"{hatchery.seed}/{epoch}").sample(train, len(train))
        loss = sum(step(weights, pixels, digit, config) for pixels, digit in order) / len(order)
        accuracy = sum(predict(weights, pixels) == digit for pixels, digit in test) / len(test)
        hatchery.record(epoch=epoch, loss=loss, accuracy=accuracy)
        print(f"epoch {epoch}: loss {loss:.4f}, accuracy {accuracy:.4f}", flush=True)
        save_checkpoint(epoch, weights)
        if hatchery.stopping():
            raise SystemExit("asked to stop; the checkpoint is saved")
    if os.path.exists(CHECKPOINT):
        os.remove(CHECKPOINT)


def scores(weights, pixels):
    return [row[64] + sum(map(float.__mul__, row, pixels)) for row in weights]


def predict(weights, pixels):
    values = scores(weights, pixels)
    return values.index(max(values))


def step(weights, pixels, digit, config):
    """One step of stochastic gradient descent on one picture. Returns its loss before the step."""
    values = scores(weights, pixels)
    top = max(values)
    exponentials = [math.exp(value - top) for value in values]
    total = sum(exponentials)
    rate = config["learningRate"]
    keep = 1 - rate * config["weightDecay"]
    for label, (row, exponential) in enumerate(zip(weights, exponentials)):
        change = rate * (exponential / total - (label == digit))
        row[:64] = [keep * weight - change * pixel for weight, pixel in zip(row, pixels)]
        row[64] -= change
    return math.log(total) - (values[digit] - top)


def load_checkpoint():
    """Where to begin: after the last epoch that an earlier attempt has saved."""
    if hatchery.resume and os.path.exists(CHECKPOINT):
        with open(CHECKPOINT, encoding="ascii") as file:
            saved = json.load(file)
        hatchery.resume_from(epoch=saved["epoch"] + 1)
        return saved["epoch"] + 1, saved["weights"]
    return 1, [[0.0] * 65 for _ in range(10)]


def save_checkpoint(epoch, weights):
    # Written beside and renamed: a kill leaves the former checkpoint whole.
    with open(CHECKPOINT + ".tmp", "w", encoding="ascii") as file:
        json.dump({"epoch": epoch, "weights": weights}, file)
    os.replace(CHECKPOINT + ".tmp", CHECKPOINT)


if __name__ == "__main__":
    main()
