"""Milliseconds that a bootstrap interval of a mean takes in Python: a plain NumPy loop, and the package
`bootstrapped` (nan if it is not installed). Called by bootstrap.ts.

    python3 bench/bootstrap_peer.py SEEDS STEPS
"""

import sys
import time

import numpy as np

RESAMPLES = 10_000


def loop(values):
    mean = values.mean()
    drawn = np.random.choice(len(values), (RESAMPLES, len(values)))
    means = values[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return 2 * mean - high, 2 * mean - low


def cost(function, steps, seeds):
    data = np.random.rand(steps, seeds)
    start = time.perf_counter()
    for values in data:
        function(values)
    return 1000 * (time.perf_counter() - start) / steps


seeds, steps = int(sys.argv[1]), int(sys.argv[2])
plain = cost(loop, steps, seeds)
try:
    from bootstrapped import bootstrap, stats_functions
except ImportError:
    theirs = float("nan")
else:
    # As the original called it; a tenth of the steps, because it takes its time.
    theirs = cost(
        lambda values: bootstrap.bootstrap(values, stats_functions.mean), max(1, steps // 10), seeds
    )
print(plain, theirs)
