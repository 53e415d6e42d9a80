"""What alquery does, by the libraries that the original uses: PyYAML, tinydb and pandas.

    python3 bench/query_peer.py first <folder of logs> <database>   reads all metadata, saves a database
    python3 bench/query_peer.py again <folder of logs> <database>   queries the database, unchecked

--c-yaml takes PyYAML's parser in C, which the original does not.
"""
import json
import resource
import sys
from pathlib import Path

import pandas
import yaml
from tinydb import TinyDB, where

COLUMNS = ["info.log_id", "info.status", "config.optimizer.lr"]


def read_runs(logs, loader):
    for folder in Path(logs).iterdir():
        if not folder.name.isdigit():
            continue
        run = {}
        for name in ("config", "info", "mlxp", "hatchery"):
            file = folder / "metadata" / f"{name}.yaml"
            if file.exists():
                run[name] = yaml.load(file.read_text(), Loader=loader)
        yield run


words = [word for word in sys.argv[1:] if not word.startswith("--")]
kind, logs, path = words
# It would refuse the times that PyYAML makes of texts.
table = TinyDB(path, default=str)
if kind == "first":
    table.insert_multiple(
        read_runs(logs, yaml.CSafeLoader if "--c-yaml" in sys.argv else yaml.SafeLoader)
    )
# PyYAML reads 1e-2 as a text; what the files hold has a point.
found = table.search((where("config").optimizer.lr <= 0.01) & (where("info").status == "COMPLETE"))
frame = pandas.json_normalize(found)[COLUMNS]
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"found": len(frame), "cpuMs": (used.ru_utime + used.ru_stime) * 1000, "maxRss": used.ru_maxrss}))
