"""What a run of hatchery is given, and how it records. One file, no dependencies: import it, or copy it.

    import hatchery

    model = build(lr=hatchery.config["lr"], seed=hatchery.seed)
    for epoch in range(1, 51):
        hatchery.record(epoch=epoch, loss=loss)
        if hatchery.stopping():
            save(hatchery.run_dir); raise SystemExit(1)

Outside of a run `config` is empty, and what is recorded is printed.
"""

import json
import os
import signal

#: The hyper-parameters, as in the run's config.json.
config = {}
if "HATCHERY_CONFIG" in os.environ:
    with open(os.environ["HATCHERY_CONFIG"], encoding="utf-8") as _file:
        config = json.load(_file)
#: The run's own folder: checkpoints and artifacts belong there.
run_dir = os.environ.get("HATCHERY_RUN_DIR", ".")
seed = int(os.environ.get("HATCHERY_SEED", config.get("seed", 0)))
#: 1 for the first execution of the run; `resume` says that there was one before.
attempt = int(os.environ.get("HATCHERY_ATTEMPT", 1))
resume = os.environ.get("HATCHERY_RESUME") == "1"

_stop_requested = False


def record(series="train", **values):
    """Records one step: numbers by name, also of NumPy or a tensor of one element; NaN and inf are kept."""
    _append(series, {name: _number(value) for name, value in values.items()})


def resume_from(series="train", **step):
    """Says that this attempt goes on from a checkpoint: `resume_from(epoch=51)` drops what was recorded from there on."""
    _append(series, {"$resume": {name: _number(value) for name, value in step.items()}})


def stopping():
    """Whether the run was asked to stop: save a checkpoint and end. Begins to listen when it is called first."""
    for number in (signal.SIGTERM, signal.SIGUSR1):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _request_stop)
    return _stop_requested


def done():
    """Says that all is done and saved: the run is complete, even if it is told to stop before it ends. Call it last."""
    if "HATCHERY_RECORDER" not in os.environ:
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)
    _append("train", {"$done": True})


def _request_stop(_number, _frame):
    global _stop_requested
    _stop_requested = True


def _number(value):
    return value if type(value) in (int, float) else float(value)


def _append(series, values):
    line = json.dumps(values) + "\n"
    path = os.environ.get("HATCHERY_RECORDER")
    if path is None:
        print(line, end="", flush=True)
        return
    folder, name = os.path.split(path)
    path = os.path.join(folder, series + name[len("train"):])
    # One write for each line: a reader sees whole lines, and a kill tears at most the last one.
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
