"""Aggregates over tasks, profiles and probabilities of improvement, by rliable 1.2.0.

It is no longer kept up; with its source (and arch, absl-py) on PYTHONPATH this runs. Its own bootstrap
needs a version of arch that today's Python cannot install, so the resamples are drawn here.
"""

import numpy as np
from rliable import library, metrics

from support import sample, versions, write


def matrix(runs, tasks, seed):
    """Shape [runs, tasks]."""
    return np.array(sample(runs * tasks, seed)).reshape(tasks, runs).T / 6


def aggregates(runs, tasks, seed):
    scores = matrix(runs, tasks, seed)
    functions = (
        metrics.aggregate_mean,
        metrics.aggregate_median,
        metrics.aggregate_iqm,
        metrics.aggregate_optimality_gap,
    )
    return {
        # By task, as the tests want it.
        "scores": scores.T.tolist(),
        "aggregates": [float(function(scores)) for function in functions],
        "gap2": float(metrics.aggregate_optimality_gap(scores, gamma=2)),
    }


def resample(scores, random, tasks_too=False):
    """Runs within each task, as rliable's StratifiedBootstrap.update_indices."""
    runs, tasks = scores.shape
    rows = random.integers(0, runs, scores.shape)
    columns = random.integers(0, tasks, tasks) if tasks_too else np.arange(tasks)
    return scores[rows, columns[None, :]]


def percentiles(values):
    return np.percentile(values, [2.5, 97.5], axis=0).T.tolist()


def intervals(runs, tasks, seed, tasks_too, reps=40_000):
    scores = matrix(runs, tasks, seed)
    random = np.random.default_rng(seed)
    found = []
    for _ in range(reps):
        data = resample(scores, random, tasks_too)
        found.append(
            [
                metrics.aggregate_mean(data),
                metrics.aggregate_median(data),
                metrics.aggregate_iqm(data),
                metrics.aggregate_optimality_gap(data),
            ]
        )
    return {
        "scores": scores.T.tolist(),
        "resampleTasks": tasks_too,
        "intervals": percentiles(found),
        # Of the resamples: what Monte-Carlo errors are measured by.
        "deviations": np.std(found, axis=0).tolist(),
    }


def profiles(runs, tasks, seed):
    scores = matrix(runs, tasks, seed)
    thresholds = np.linspace(-0.1, 1.8, 12)
    found = {}
    for of, function in (
        ("runs", library.score_distributions),
        ("tasks", library.average_score_distributions),
    ):
        random = np.random.default_rng(seed)
        drawn = [function(resample(scores, random), thresholds) for _ in range(10_000)]
        found[of] = {
            "share": function(scores, thresholds).tolist(),
            "bands": percentiles(drawn),
        }
    return {"scores": scores.T.tolist(), "thresholds": thresholds.tolist(), **found}


def improvement(runs_x, runs_y, tasks, seed):
    # One digit, for ties.
    x = np.round(matrix(runs_x, tasks, seed), 1)
    y = np.round(matrix(runs_y, tasks, seed + 1), 1)
    random = np.random.default_rng(seed)
    drawn = [
        metrics.probability_of_improvement(resample(x, random), resample(y, random))
        for _ in range(4000)
    ]
    return {
        "x": x.T.tolist(),
        "y": y.T.tolist(),
        "probability": float(metrics.probability_of_improvement(x, y)),
        "interval": percentiles(drawn),
        "deviation": float(np.std(drawn)),
    }


write(
    "tasks",
    {**versions("numpy", "scipy"), "rliable": "1.2.0, commit 3ccd9f4"},
    {
        "aggregates": [aggregates(3, 5, 61), aggregates(10, 26, 62), aggregates(4, 1, 63)],
        "intervals": [intervals(5, 8, 64, False), intervals(5, 8, 64, True)],
        "profiles": profiles(5, 8, 65),
        "improvement": [improvement(5, 7, 4, 66), improvement(3, 3, 1, 70)],
    },
)
