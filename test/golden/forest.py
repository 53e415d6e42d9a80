"""A random forest by scikit-learn on the Friedman #1 function: what ours should come near to."""

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import partial_dependence

from support import Xorshift, versions, write

SEED, EXPERIMENTS, PARAMETERS = 2024, 150, 6
random = Xorshift(SEED)
x = np.array([[random.uniform() for _ in range(PARAMETERS)] for _ in range(EXPERIMENTS)])
y = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
forest = RandomForestRegressor(
    500, min_samples_leaf=3, max_features=4, oob_score=True, random_state=0
).fit(x, y)
grid = np.sort(x[:, 3])[[0, 40, 75, 110, 149]]
dependence = partial_dependence(
    forest, x, [3], custom_values={3: grid}, kind="average", method="brute"
)

write(
    "forest",
    versions("numpy", "scikit-learn"),
    {
        "seed": SEED,
        "experiments": EXPERIMENTS,
        "parameters": PARAMETERS,
        "explained": float(forest.oob_score_),
        "marginal": [[float(a), float(b)] for a, b in zip(grid, dependence["average"][0])],
    },
)
