#!/usr/bin/env python3
"""Steps worlds through Python: this package's wheel, EnvPool and MiniGrid's own package, in turn.

Runs in a virtual environment that has all three (`scripts/bench-python` makes it). Prints one JSON object a line:
`{"name", "unit", "median", "min", "max", "ids"}`, then a table of ratios. Random actions are drawn beforehand, so that
nothing but stepping is timed; every product shows its own default observation and starts new episodes by itself.
"""
import argparse
import json
import os
import statistics
import sys
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402

IDS = ["MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-FourRooms-v0", "MiniGrid-LavaCrossingS9N1-v0"]
BATCHES = [64, 1024]
SECONDS = 1.0
PROCESSORS = len(os.sched_getaffinity(0))


def actions(count, choices):
    """Random actions of some steps, drawn beforehand."""
    return np.random.default_rng(0).integers(0, choices, (64, count))


def rate(step, count, choices):
    """Steps a second of a function that steps `count` environments at once."""
    given = actions(count, choices)
    for row in given:
        step(row)
    steps, start = 0, time.perf_counter()
    while (seconds := time.perf_counter() - start) < SECONDS:
        for row in given:
            step(row)
        steps += len(given) * count
    return steps / seconds


def umwelt_vector(id, count, copy=True):
    import umwelt
    envs = umwelt.make_vec(id, count, autoreset_mode="SameStep", copy=copy)
    envs.reset(seed=0)
    return rate(envs.step, count, envs.single_action_space.n)


def envpool_vector(id, count, threads):
    import envpool
    envs = envpool.make_gymnasium(id, num_envs=count, num_threads=threads, seed=0)
    envs.reset()
    return rate(envs.step, count, envs.action_space.n)


def one_by_one(env):
    """Steps a second of a single environment with Gymnasium's interface."""
    env.reset(seed=0)
    def step(row):
        if any(env.step(row[0])[2:4]):
            env.reset()
    return rate(step, 1, env.action_space.n)


def umwelt_single(id, _):
    import umwelt
    return one_by_one(umwelt.make(id))


def minigrid_single(id, _):
    import gymnasium
    import minigrid  # noqa: F401  registers its worlds
    return one_by_one(gymnasium.make(id))


def products():
    """What is measured: name and function of (id, round)."""
    found = []
    for count in BATCHES:
        found.append((f"umwelt.{count}", lambda id, _, count=count: umwelt_vector(id, count)))
        found.append((f"umwelt.{count}.views", lambda id, _, count=count: umwelt_vector(id, count, copy=False)))
        # EnvPool is given the number of threads that suits it best.
        for threads in sorted({1, PROCESSORS}):
            found.append((
                f"envpool.{count}.threads{threads}",
                lambda id, _, count=count, threads=threads: envpool_vector(id, count, threads)))
    return found + [("umwelt.single", umwelt_single), ("minigrid.single", minigrid_single)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ids", nargs="*", default=IDS, help="ids that all have")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rates = {}
    for number in range(options.rounds):
        for id in options.ids:
            for name, measure in products():
                print(f"round {number + 1}: {id} {name}", file=sys.stderr, flush=True)
                rates.setdefault((name, id), []).append(measure(id, number))
    medians = {key: statistics.median(values) for key, values in rates.items()}
    for (name, id), values in rates.items():
        print(json.dumps({
            "name": f"python.{name}.{id}", "unit": "steps/s", "median": medians[name, id], "min": min(values),
            "max": max(values)}))
    table(options.ids, medians)


def table(ids, medians):
    """Million steps a second, and ratios, by id."""
    print(f"\n{PROCESSORS} processors, medians in million steps a second\n")
    print("| id | batch | umwelt | without copies | EnvPool | ratio | MiniGrid | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for id in ids:
        python = medians["minigrid.single", id]
        for count in BATCHES:
            ours, views = medians[f"umwelt.{count}", id], medians[f"umwelt.{count}.views", id]
            theirs = max(rate for (name, of), rate in medians.items() if of == id and name.startswith(f"envpool.{count}."))
            print(f"| {id} | {count:,} | {ours / 1e6:.2f} | {views / 1e6:.2f} | {theirs / 1e6:.3f} | {ours / theirs:.0f} "
                  f"| {python / 1e6:.4f} | {ours / python:.0f} |")
        single = medians["umwelt.single", id]
        print(f"| {id} | one by one | {single / 1e6:.2f} | | | | {python / 1e6:.4f} | {single / python:.0f} |")


if __name__ == "__main__":
    main()
