#!/usr/bin/env python3
"""Steps Gymnasium's environments by `umwelt bench world.gym:ID` and by Gymnasium's own AsyncVectorEnv, in turn.

  gymnasium_worlds.py [ID ...] [--rounds 3] [--workers N]

Runs in a Python that has gymnasium, which the program's workers are started with too. AsyncVectorEnv has a process per
environment; it is measured with as many environments as the program has workers, and with as many as the program steps
together. Random actions are drawn beforehand; ended episodes begin anew. Prints a row of Markdown per environment: median
steps a second of all rounds.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import gymnasium  # noqa: E402

PROGRAM = Path(__file__).resolve().parents[1] / ".build" / "release" / "umwelt"
IDS = ["CartPole-v1", "Pendulum-v1", "minigrid:MiniGrid-DoorKey-5x5-v0"]
SECONDS = 2.0
SLOTS = 64


def program_rate(name, kind, workers):
    """Steps a second of the program: its own measurement."""
    printed = subprocess.run(
        [PROGRAM, "bench", f"world.gym:{name}.{kind}", "--json", "--gym-workers", str(workers), "--python", sys.executable],
        check=True, capture_output=True, text=True).stdout
    return json.loads(printed)["median"]


def vector_rate(name, count):
    """Steps a second of Gymnasium's vector environment."""
    try:
        envs = gymnasium.make_vec(name, count, vectorization_mode="async")
    except ValueError:  # A space that it cannot share, such as MiniGrid's missions.
        envs = gymnasium.make_vec(name, count, vectorization_mode="async", vector_kwargs={"shared_memory": False})
    envs.reset(seed=0)
    given = [envs.action_space.sample() for _ in range(64)]
    for row in given:
        envs.step(row)
    steps, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        for row in given:
            envs.step(row)
        steps += len(given) * count
    envs.close()
    return steps / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", default=IDS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    print(f"| environment, {options.workers} processes | here | `AsyncVectorEnv` | ratio | `AsyncVectorEnv` of {SLOTS} | ratio |")
    print("|---|---|---|---|---|---|")
    for name in options.ids:
        kind = "symbols" if "MiniGrid" in name else "numbers"
        rates = {}
        for _ in range(options.rounds):
            for key, measure in [
                    ("here", lambda: program_rate(name, kind, options.workers)),
                    ("same", lambda: vector_rate(name, options.workers)), ("many", lambda: vector_rate(name, SLOTS))]:
                rates.setdefault(key, []).append(measure())
        here, same, many = (statistics.median(rates[key]) for key in ("here", "same", "many"))
        print(f"| {name} | {here:,.0f} | {same:,.0f} | {here / same:.2f} | {many:,.0f} | {here / many:.2f} |", flush=True)


if __name__ == "__main__":
    main()
