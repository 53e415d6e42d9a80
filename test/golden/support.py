"""What the programs of this folder share: the samples, and how their results are written."""

import json
import platform
from importlib import metadata
from pathlib import Path


def versions(*packages):
    """What made a file: Python and the packages, by their installed versions."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "from its source"
    return found


def write(name, made_by, values):
    """Writes <name>.json beside this file."""
    path = Path(__file__).with_name(f"{name}.json")
    path.write_text(json.dumps({"versions": made_by, **values}, indent=2) + "\n")
    print(path.name)


class Xorshift:
    """32-bit xorshift (Marsaglia, 2003): the same numbers in Python and in the tests."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        """In (0, 1)."""
        x = self.state
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self.state = x
        return x / 2**32


def sample(n, seed):
    """Uneven numbers in (0, 10), two digits, so that ties occur."""
    random = Xorshift(seed)
    for _ in range(20):
        random.uniform()
    return [round(10 * random.uniform() ** 2, 2) for _ in range(n)]
