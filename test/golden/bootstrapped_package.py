"""Intervals by the package `bootstrapped` 0.0.2, which the original used: pivotal, 10,000 resamples.

It is no longer in package indexes; with its source on PYTHONPATH this runs.
"""

import numpy as np
from bootstrapped import bootstrap, stats_functions

from support import sample, versions, write

REPETITIONS = 40


def pivotal(n, seed):
    values = np.array(sample(n, seed))
    np.random.seed(seed)
    found = []
    for _ in range(REPETITIONS):
        result = bootstrap.bootstrap(values, stats_functions.mean)
        found.append([result.lower_bound, result.upper_bound])
    return {
        "values": values.tolist(),
        "mean": np.mean(found, axis=0).tolist(),
        "deviation": np.std(found, axis=0, ddof=1).tolist(),
    }


write(
    "bootstrapped_package",
    {**versions("numpy", "scipy", "bootstrapped"), "bootstrapped": "0.0.2"},
    {"pivotal": [pivotal(n, 50 + n) for n in (5, 8, 10, 20, 50)]},
)
