"""Measures as `umwelt bench` does, and prints one JSON object a line."""
import argparse
import json
import time


def arguments(description):
    """The command line of a peer: names, and `--threads N` where one number is wanted."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("names", nargs="*", help="a name selects itself and all below its dot; default: all")
    parser.add_argument("--threads", type=int, help="only this many threads; default: 1 and 2")
    parser.add_argument("--seconds", type=float, default=1.5, help="least length of a measurement")
    parser.add_argument("--variant", action="append", default=[], help="only this variant; may be repeated")
    return parser.parse_args()


def selected(name, names):
    """Whether a name is asked for."""
    return not names or any(name == asked or name.startswith(asked + ".") for asked in names)


def measure(step, seconds, repetitions=11, warm_up_steps=3, warm_up_seconds=0.3):
    """Steps a second of every repetition, ascending: a warm-up, then `repetitions` of equal length."""
    start, steps, fastest = time.perf_counter(), 0, float("inf")
    while steps < warm_up_steps or time.perf_counter() - start < warm_up_seconds:
        began = time.perf_counter()
        step()
        fastest = min(fastest, time.perf_counter() - began)
        steps += 1
    count = max(1, round(seconds / repetitions / fastest + 0.5))
    rates = []
    for _ in range(repetitions):
        began = time.perf_counter()
        for _ in range(count):
            step()
        rates.append(count / (time.perf_counter() - began))
    return sorted(rates)


def report(peer, variant, name, unit, items, threads, rates):
    """Prints a result."""
    print(json.dumps({
        "name": name, "unit": unit, "median": items * rates[len(rates) // 2], "min": items * rates[0],
        "max": items * rates[-1], "threads": threads, "peakShare": None, "allocationsPerStep": None,
        "peer": peer, "variant": variant,
    }), flush=True)
