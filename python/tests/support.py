"""What several tests share: the built program, runs made by it, and comparing observations."""
import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build" / "release" / "umwelt"

# What makes a run of a few seconds.
SMALL = [
    "loop.frames=500", "model.steps=30", "model.checkpointEvery=5", "learner.populationSize=4", "learner.generations=3",
    "learner.episodesPerCandidate=1", "learner.evaluationEpisodes=2", "evaluate.episodes=4"]

_folder = None


def folder():
    """A folder for this run of the tests, removed at its end."""
    global _folder
    if _folder is None:
        _folder = Path(tempfile.mkdtemp(prefix="umwelt-python-"))
        atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    return _folder


def program(*arguments):
    """Runs the built program to its end in `folder()`; what it printed."""
    # The runtime of a sanitizer is there for Python's library alone.
    alone = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], cwd=folder(), env=alone, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise AssertionError(f"umwelt {' '.join(map(str, arguments))}: {done.returncode}: {done.stderr}")
    return done.stdout


@functools.cache
def run(name, world, *settings):
    """The folder of a small run."""
    chosen = [part for setting in (*SMALL, *settings) for part in ("--set", setting)]
    program("run", world, "--preset", "tiny", "--seed", "3", "--run-dir", name, *chosen)
    return folder() / name


def dreaming_run():
    """A run of TakeCover with autoencoder, memory and an agent of its dream."""
    return run("dreaming", "TakeCover")


def same(a, b):
    """Whether two observations are equal to the last bit, and of the same kinds."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return a == b
