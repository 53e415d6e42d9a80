"""What the first query of alquery does, by PyYAML and a plain loop (tinydb too where it is installed).

    /usr/bin/python3 bench/query_peer.py <folder of logs>
"""
import sys
import time
from pathlib import Path

import yaml

start = time.process_time()
runs = []
for folder in Path(sys.argv[1]).iterdir():
    if not folder.name.isdigit():
        continue
    run = {}
    for name in ("config", "info", "mlxp"):
        run[name] = yaml.safe_load((folder / "metadata" / f"{name}.yaml").read_text())
    runs.append(run)
try:
    from tinydb import TinyDB, where
    from tinydb.storages import MemoryStorage

    table = TinyDB(storage=MemoryStorage)
    table.insert_multiple(runs)
    lr = where("config").optimizer.lr <= 1e-2
    found = len(table.search(lr & (where("info").status == "COMPLETE")))
except ImportError:
    found = sum(
        run["config"]["optimizer"]["lr"] <= 1e-2 and run["info"]["status"] == "COMPLETE"
        for run in runs
    )
print(found, f"{time.process_time() - start:.2f} s of the processor")
