"""Intervals of means and medians: exact ones from all n^n resamples, drawn ones, and coverage."""

import itertools
import sys
from types import SimpleNamespace

import numpy as np
from scipy import special, stats

from support import Xorshift, sample, versions, write

METHODS = {"percentile": "percentile", "basic": "basic", "bca": "BCa"}
COVERAGES = (0.8, 0.95)


def scipy_interval(values, statistic, distribution, method, coverage):
    """SciPy's reading of a bootstrap distribution that it is given."""
    given = SimpleNamespace(bootstrap_distribution=distribution)
    result = stats.bootstrap(
        (values,),
        statistic,
        n_resamples=0,
        bootstrap_result=given,
        method=METHODS[method],
        confidence_level=coverage,
        vectorized=True,
    ).confidence_interval
    return [float(result.low), float(result.high)]


def exact(n, seed):
    # Quarters, whose sums are exact: SciPy tells what equals the estimate by comparing floats.
    values = np.round(4 * np.array(sample(n, seed))) / 4
    all_resamples = values[np.array(list(itertools.product(range(n), repeat=n)))]
    rows = []
    for name, statistic in (("mean", np.mean), ("median", np.median)):
        # Repeated, so that SciPy's interpolation between ranks vanishes.
        distribution = np.tile(statistic(all_resamples, axis=1), 200_000 // n**n + 1)
        for method in METHODS:
            if name == "median" and method == "bca":
                continue
            for coverage in COVERAGES:
                interval = scipy_interval(values, statistic, distribution, method, coverage)
                rows.append(
                    {"statistic": name, "method": method, "coverage": coverage, "interval": interval}
                )
    return {"values": values.tolist(), "intervals": rows}


def drawn(n, seed, resamples=400_000):
    values = np.array(sample(n, seed))
    rows = []
    for method in METHODS:
        result = stats.bootstrap(
            (values,), np.mean, n_resamples=resamples, method=METHODS[method], rng=1, batch=20_000
        ).confidence_interval
        rows.append({"method": method, "interval": [float(result.low), float(result.high)]})
    return {"values": values.tolist(), "resamples": resamples, "intervals": rows}


def student(n, seed):
    values = np.array(sample(n, seed))
    return {
        "values": values.tolist(),
        "intervals": [
            {
                "coverage": c,
                "interval": [
                    float(end)
                    for end in stats.t.interval(c, n - 1, values.mean(), stats.sem(values))
                ],
            }
            for c in COVERAGES
        ],
    }


def coverage(n, trials, seed):
    """How many of the intervals of normal samples cover 0."""
    random = Xorshift(seed)
    data = np.array([[special.ndtri(random.uniform()) for _ in range(n)] for _ in range(trials)])
    covered = {}
    for method in METHODS:
        result = stats.bootstrap(
            (data,), np.mean, axis=-1, n_resamples=2000, method=METHODS[method], rng=2, batch=100
        ).confidence_interval
        covered[method] = int(((result.low <= 0) & (result.high >= 0)).sum())
    half = stats.t.ppf(0.975, n - 1) * stats.sem(data, axis=1)
    covered["t"] = int((np.abs(data.mean(axis=1)) <= half).sum())
    return {"n": n, "trials": trials, "seed": seed, "covered": covered}


def quantiles(seed):
    """numpy's default quantiles of values that are as likely."""
    values = np.array(sample(257, seed))
    q = [0.0, 0.025, 0.1, 0.5, 0.77, 0.975, 1.0]
    return {"values": values.tolist(), "quantiles": [[p, float(np.quantile(values, p))] for p in q]}


write(
    "intervals",
    versions("numpy", "scipy"),
    {
        "exact": [exact(n, seed) for n, seed in ((3, 11), (4, 12), (5, 13), (6, 14), (7, 15))],
        "drawn": [drawn(20, 21), drawn(35, 22)],
        "student": [student(n, 30 + n) for n in (3, 5, 19)],
        "coverage": [coverage(5, 3000, 4711), coverage(10, 3000, 815)],
        "quantiles": quantiles(41),
    },
)
