"""Tests of differences of means, densities, and best-of-n curves by counting all subsets."""

import itertools

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower

from support import sample, versions, write


def difference(a, b):
    return np.mean(a) - np.mean(b)


def unpaired(n, m, seed):
    a, b = sample(n, seed), [value + 2 for value in sample(m, seed + 1)]
    test = stats.ttest_ind(a, b, equal_var=False)
    interval = test.confidence_interval(0.95)
    permutation = stats.permutation_test(
        (a, b), difference, permutation_type="independent", n_resamples=np.inf, vectorized=False
    )
    pooled = np.sqrt(((n - 1) * np.var(a, ddof=1) + (m - 1) * np.var(b, ddof=1)) / (n + m - 2))
    return {
        "a": a,
        "b": b,
        "t": float(test.statistic),
        "degreesOfFreedom": float(test.df),
        "p": float(test.pvalue),
        "interval": [float(interval.low), float(interval.high)],
        "permutation": float(permutation.pvalue),
        "effectSize": float(difference(a, b) / pooled),
        "superiority": float(stats.mannwhitneyu(a, b).statistic / (n * m)),
    }


def paired(n, seed):
    a = sample(n, seed)
    b = [0.8 * x + 0.3 * y for x, y in zip(a, sample(n, seed + 1))]
    test = stats.ttest_rel(a, b)
    interval = test.confidence_interval(0.95)
    permutation = stats.permutation_test(
        (a, b), difference, permutation_type="samples", n_resamples=np.inf, vectorized=False
    )
    return {
        "a": a,
        "b": b,
        "t": float(test.statistic),
        "p": float(test.pvalue),
        "interval": [float(interval.low), float(interval.high)],
        "permutation": float(permutation.pvalue),
    }


def density(n, seed, rule):
    values = sample(n, seed)
    kernel = stats.gaussian_kde(values, rule)
    x = np.linspace(min(values), max(values), 9)
    return {
        "values": values,
        "rule": rule,
        "bandwidth": float(np.sqrt(kernel.covariance[0, 0])),
        "x": x.tolist(),
        "density": kernel(x).tolist(),
    }


def best_of(n, seed):
    scores = sample(n, seed)
    rows = []
    for size in range(1, n + 1):
        best = [max(subset) for subset in itertools.combinations(scores, size)]
        quartiles = np.quantile(best, [0.25, 0.5, 0.75], method="inverted_cdf")
        least = [min(subset) for subset in itertools.combinations(scores, size)]
        rows.append([float(np.mean(best)), *quartiles.tolist(), float(np.mean(least))])
    return {"scores": scores, "rows": rows}


PS = [0.01, 0.04, 0.03, 0.005, 0.6, 0.01]

write(
    "comparison",
    versions("numpy", "scipy", "statsmodels"),
    {
        "unpaired": [unpaired(5, 5, 81), unpaired(4, 8, 83), unpaired(3, 4, 85)],
        "paired": [paired(5, 87), paired(11, 89)],
        "holm": {"ps": PS, "adjusted": multipletests(PS, method="holm")[1].tolist()},
        "density": [density(12, 91, "scott"), density(30, 92, "silverman")],
        "bestOf": best_of(11, 93),
        "seeds": [
            [d, power, float(TTestIndPower().solve_power(d, power=power, alpha=0.05))]
            for d in (0.2, 0.5, 1.0, 2.0)
            for power in (0.8, 0.95)
        ],
    },
)
