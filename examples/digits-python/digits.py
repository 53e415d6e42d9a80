"""The digits: 1,797 pictures of 8 × 8 pixels, split into two parts that are the same in every run."""

import csv
import gzip
import os

_FILE = os.path.join(os.path.dirname(__file__), "..", "data", "digits.csv.gz")


def read_digits():
    """Returns (train, test), each a list of (pixels, digit): 64 numbers from 0 to 1, and 0 to 9."""
    with gzip.open(_FILE, "rt", encoding="ascii", newline="") as file:
        rows = [[float(cell) for cell in row] for row in csv.reader(file)]
    examples = [([pixel / 16 for pixel in row[:64]], int(row[64])) for row in rows]
    # Every fifth picture is kept for the test.
    train = [example for index, example in enumerate(examples) if index % 5 != 0]
    return train, examples[::5]
