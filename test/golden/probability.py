"""Quantiles and tails of the normal and Student's t distribution, and ln Γ."""

import numpy as np
from scipy import special, stats

from support import versions, write

Z = [-30.0, -8.0, -3.5, -3.0, -1.0, -0.1, 0.0, 0.3, 1.96, 2.999, 3.001, 5.0, 9.0]
P = [1e-300, 1e-20, 1e-5, 0.001, 0.025, 0.3, 0.5, 0.7, 0.975, 0.99999]
DEGREES = [1.0, 1.5, 2.0, 3.7, 5.0, 12.3, 30.0, 400.0, 20000.5]

write(
    "probability",
    versions("numpy", "scipy"),
    {
        "normalBelow": [[z, stats.norm.cdf(z)] for z in Z],
        "normalQuantile": [[p, stats.norm.ppf(p)] for p in P],
        "studentTBound": [
            [c, v, stats.t.ppf((1 + c) / 2, v)] for c in (0.5, 0.9, 0.95, 0.999) for v in DEGREES
        ],
        "studentTTails": [
            [t, v, 2 * stats.t.sf(abs(t), v)] for t in (-0.01, 0.5, -2.3, 7.0, 60.0) for v in DEGREES
        ],
        "lnGamma": [[x, float(special.gammaln(x))] for x in (1e-3, 0.5, 1.0, 2.0, 7.3, 15.9, 16.1, 1e5)],
        "incompleteBeta": [
            [x, a, b, float(special.betainc(a, b, x))]
            for x in (0.001, 0.3, 0.5, 0.97)
            for a in (0.5, 3.0, 40.0)
            for b in (0.5, 2.5, 100.0)
        ],
    },
)
