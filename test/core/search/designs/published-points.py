"""Writes published-points.json: Sobol and Halton points of SciPy, to compare ours with.

Made with SciPy 1.17.1 (scipy.stats.qmc; its Sobol sequence has the direction numbers of Joe and Kuo,
new-joe-kuo-6.21201) and Python 3.11:

    python3 test/core/search/designs/published-points.py > test/core/search/designs/published-points.json

A coordinate does not depend on how many there are, so each has one digest of the first 1,000 points (the
first 16 digits of SHA-256), as whole numbers: Sobol coordinates times 2^30, Halton coordinates times the
base's smallest power of at least 1,000. A few points of 20 dimensions stand beside them, to be read.
"""

import hashlib
import json

import numpy
import scipy
from scipy.stats import qmc

DIMENSIONS = 128
POINTS = 1000
SHOWN = [1, 2, 999]


def digest(numerators):
    text = ",".join(str(int(one)) for one in numpy.rint(numerators))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def power(base):
    result = base
    while result < POINTS:
        result *= base
    return result


# Not of a power of two points: SciPy warns, and gives them.
sobol = qmc.Sobol(DIMENSIONS, scramble=False).random(POINTS)
halton_engine = qmc.Halton(DIMENSIONS, scramble=False)
halton = halton_engine.random(POINTS)
bases = [int(base) for base in halton_engine.base]

print(
    json.dumps(
        {
            "source": f"scipy.stats.qmc {scipy.__version__}",
            "points": POINTS,
            "sobol": {
                "digests": [digest(sobol[:, d] * 2**30) for d in range(DIMENSIONS)],
                "shown": {str(i): sobol[i][:20].tolist() for i in SHOWN},
            },
            "halton": {
                "bases": bases,
                "digests": [digest(halton[:, d] * power(bases[d])) for d in range(DIMENSIONS)],
                "shown": {str(i): halton[i][:20].tolist() for i in SHOWN},
            },
        },
        indent=2,
    )
)
