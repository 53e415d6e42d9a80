"""Fits a polynomial to noisy points by gradient descent. Put your own training in its place."""

import math
import random

import hatchery

config = {"degree": 3, "learningRate": 0.05, "epochs": 200, **hatchery.config}
points = random.Random(hatchery.seed)


def draw(count):
    xs = [points.uniform(-1, 1) for _ in range(count)]
    return [(x, math.sin(3 * x) + points.gauss(0, 0.1)) for x in xs]


def predict(weights, x):
    return sum(weight * x**power for power, weight in enumerate(weights))


def error(weights, examples):
    return sum((predict(weights, x) - y) ** 2 for x, y in examples) / len(examples)


train, test = draw(60), draw(200)
weights = [0.0] * (config["degree"] + 1)
for epoch in range(1, config["epochs"] + 1):
    for x, y in train:
        miss = predict(weights, x) - y
        for power in range(len(weights)):
            weights[power] -= config["learningRate"] * 2 * miss * x**power
    if epoch % 10 == 0 or epoch == config["epochs"]:
        hatchery.record(epoch=epoch, trainError=error(weights, train), testError=error(weights, test))
    if hatchery.stopping():
        raise SystemExit("asked to stop")
print(f"test error {error(weights, test):.4f}")
