"""A network with one hidden layer, in NumPy. It knows nothing of hatchery: it has arguments, and prints."""

import argparse

import numpy

from digits import read_digits


def main():
    args = parse_arguments()
    random = numpy.random.default_rng(args.seed)
    (train_x, train_y), (test_x, test_y) = (to_arrays(part) for part in read_digits())
    first = random.normal(0, 0.2, (64, args.hidden))
    second = random.normal(0, 0.2, (args.hidden, 10))
    for epoch in range(1, args.epochs + 1):
        losses = []
        for batch in numpy.array_split(random.permutation(len(train_x)), len(train_x) // 32):
            losses.append(train_batch(train_x[batch], train_y[batch], first, second, args.lr))
        accuracy = numpy.mean(predict(test_x, first, second).argmax(axis=1) == test_y)
        print(f"epoch {epoch:3d}/{args.epochs}  loss: {numpy.mean(losses):.4f}  test accuracy: {accuracy:.4f}")


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--hidden", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def to_arrays(examples):
    return numpy.array([pixels for pixels, _ in examples]), numpy.array([digit for _, digit in examples])


def predict(x, first, second):
    values = numpy.maximum(x @ first, 0) @ second
    exponentials = numpy.exp(values - values.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def train_batch(x, y, first, second, rate):
    """One step of gradient descent, in place. Returns the mean loss before the step."""
    hidden = numpy.maximum(x @ first, 0)
    shares = predict(x, first, second)
    loss = -numpy.log(shares[numpy.arange(len(y)), y]).mean()
    change = shares.copy()
    change[numpy.arange(len(y)), y] -= 1
    change /= len(y)
    back = (change @ second.T) * (hidden > 0)
    second -= rate * hidden.T @ change
    first -= rate * x.T @ back
    return loss


if __name__ == "__main__":
    main()
