#!/usr/bin/env python3
"""Runs `umwelt bench` and the peers in turn and prints the table of ratios.

Needs nothing but Python's standard library; the peers run in their own virtual environment.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).resolve().parent / "peers"
# What the project wants to reach, as multiples of PyTorch's best figure.
TARGETS = {
    "vision.train": 2.0, "vision.encode.1": 5.0, "vision.encode.16": 1.7, "vision.encode.64": 1.4,
    "autoencoder.mlp": 3.0, "autoencoder.iwae": 2.0, "autoencoder.bound": 3.0,
    "ppo.update": 3.0, "memory.train": 1.8, "dream.step.1": 4.0, "dream.step.64": 2.5, "dream.step.256": 2.0,
}
# Who measures what: a program, and the first words of the peers that it reports.
PROGRAMS = {
    "torch_peer.py": ["PyTorch"], "jax_peer.py": ["JAX"],
    "ppo_peer.py": ["Stable-Baselines3", "CleanRL-like", "PureJaxRL-like"],
}
# Benchmarks that whole agents are compared on, rather than parts of them.
WHOLE = ["ppo.empty", "ppo.doorKey"]
PATIENCE = 900          # seconds for one command
LOAD_LIMIT = 0.25       # others' load a processor
SPREAD_LIMIT = 0.05     # between two measurements of the same product
NEAR = 0.8              # a variant's share of the best rate that keeps it in the later rounds
SCALING_LIMIT = 0.15    # what two threads may lack of twice one thread's rate


def say(text):
    print(text, file=sys.stderr, flush=True)


def results(command):
    """The JSON objects that a program prints, and whether it ended well; what it says besides is passed on."""
    try:
        process = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        say(f"  FAILED: {' '.join(map(str, command))}: not done after {PATIENCE} s")
        return [], False
    except OSError as error:
        say(f"  FAILED: {error}")
        return [], False
    found = []
    for line in process.stdout.splitlines():
        try:
            found.append(json.loads(line))
        except json.JSONDecodeError:
            say(f"  {Path(command[-1]).name}: no JSON: {line[:120]}")
    if process.returncode != 0:
        last = (process.stderr.strip().splitlines() or ["no message"])[-1]
        say(f"  FAILED ({process.returncode}): {' '.join(map(str, command))}: {last}")
    return found, process.returncode == 0


class Machine:
    """Whether the machine is quiet, told by its load and by matrix products."""

    def __init__(self, program):
        self.program = program

    def peak(self, threads):
        found, _ = results([self.program, "bench", "matrix.sgemm", "--json", "--threads", str(threads)])
        if not found:
            sys.exit("compare: the program could not measure matrix.sgemm")
        return found[0]["median"]

    def complaint(self, threads, own_load=False):
        """What speaks against measuring now, or nothing; the load says nothing after work of our own."""
        load = os.getloadavg()[0] / os.cpu_count()
        if load > LOAD_LIMIT and not own_load:
            return f"the load is {load:.2f} a processor, above {LOAD_LIMIT}"
        first, one, second = self.peak(threads), self.peak(1), self.peak(threads)
        spread = abs(first - second) / max(first, second)
        if spread > SPREAD_LIMIT:
            return f"two measurements of sgemm differ by {spread:.0%}: {first:.0f} and {second:.0f} GFLOP/s"
        if threads == 2 and first < 2 * one * (1 - SCALING_LIMIT):
            return f"two threads reach {first:.0f} GFLOP/s where one reaches {one:.0f}"
        say(f"quiet: sgemm {first:.0f} and {second:.0f} GFLOP/s with {threads} threads, {one:.0f} with one")
        return None

    def wait(self, threads, patience, force):
        """Waits until the machine is quiet; gives up after `patience` seconds unless forced on."""
        start = time.monotonic()
        while (complaint := self.complaint(threads)) is not None:
            waited = time.monotonic() - start
            if force:
                say(f"NOT QUIET: {complaint}; going on as forced: the ratios mean little")
                return complaint
            if waited > patience:
                sys.exit(f"compare: the machine is not quiet: {complaint}; "
                         "stop what else runs, or go on with FORCE=1")
            say(f"not quiet: {complaint}; trying again in 20 s")
            time.sleep(20)
        return None


class Comparison:
    """Figures of alternating rounds, by name and by who measured."""

    def __init__(self):
        self.ours = {}      # name -> rates, one a round
        self.theirs = {}    # name -> peer -> variant -> rates

    def add_ours(self, found):
        for result in found:
            self.ours.setdefault(result["name"], []).append(result["median"])

    def add_theirs(self, found):
        for result in found:
            variants = self.theirs.setdefault(result["name"], {}).setdefault(result["peer"].split()[0], {})
            variants.setdefault(result["variant"], []).append(result["median"])

    def best(self, name, peer):
        """The variant with the greatest median, with its rates; nothing where the peer has none."""
        variants = self.theirs.get(name, {}).get(peer, {})
        rounds = max(map(len, variants.values()), default=0)
        variants = {variant: rates for variant, rates in variants.items() if len(rates) == rounds}
        return max(variants.items(), key=lambda item: statistics.median(item[1]), default=None)

    def promising(self, name, program):
        """A program's variants that come near the best; the others are measured in the first round only.

        The best of all peers, or of the same one where whole agents are compared, each of which counts.
        """
        peers = self.theirs.get(name, {})
        greatest = lambda peer: max((max(rates) for rates in peers.get(peer, {}).values()), default=0)
        found = []
        for peer in PROGRAMS[program]:
            best = greatest(peer) if name in WHOLE else max(map(greatest, peers), default=0)
            found += [variant for variant, rates in peers.get(peer, {}).items() if max(rates) > NEAR * best]
        return found

    def ratios(self, name, peer):
        """Ours over theirs: of medians, and the least and greatest over rounds."""
        best = self.best(name, peer)
        if best is None or name not in self.ours:
            return None
        rounds = [a / b for a, b in zip(self.ours[name], best[1])]
        middle = statistics.median(self.ours[name]) / statistics.median(best[1])
        return {"variant": best[0], "rate": statistics.median(best[1]), "ratio": middle,
                "min": min(rounds), "max": max(rounds), "rounds": len(rounds)}

    def table(self, names, units):
        """The lines of a Markdown table."""
        lines = ["| benchmark | ours | PyTorch, best variant | ratio (least–greatest) | JAX | ratio | target |",
                 "|---|---|---|---|---|---|---|"]
        for name in names:
            ours = self.ours.get(name)
            cells = [f"`{name}`", f"{statistics.median(ours):,.0f} {units.get(name, '')}" if ours else "failed"]
            torch, jax = self.ratios(name, "PyTorch"), self.ratios(name, "JAX")
            cells += [f"{torch['rate']:,.0f} ({torch['variant']})",
                      f"**{torch['ratio']:.2f}×** ({torch['min']:.2f}–{torch['max']:.2f})"] if torch else ["–", "–"]
            cells += [f"{jax['rate']:,.0f}", f"{jax['ratio']:.2f}×"] if jax else ["–", "–"]
            cells.append(f"{TARGETS[name]:.1f}×" if name in TARGETS else "–")
            lines.append("| " + " | ".join(cells) + " |")
        return lines

    def whole_table(self, names, units):
        """The lines of a Markdown table of whole agents, a row a peer."""
        lines = ["| benchmark | ours | peer | its best variant | ratio (least–greatest) |", "|---|---|---|---|---|"]
        for name in names:
            ours = self.ours.get(name)
            rate = f"{statistics.median(ours):,.0f} {units.get(name, '')}" if ours else "failed"
            for peer in PROGRAMS["ppo_peer.py"]:
                found = self.ratios(name, peer)
                cells = [f"{found['rate']:,.0f} ({found['variant']})",
                         f"**{found['ratio']:.1f}×** ({found['min']:.1f}–{found['max']:.1f})"] if found else ["–", "–"]
                lines.append("| " + " | ".join([f"`{name}`", rate, peer, *cells]) + " |")
        return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="benchmarks; default: all that have a target, and whole agents")
    parser.add_argument("--rounds", type=int, default=5, help="alternations, 5 by default")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count()), help="threads for ours")
    parser.add_argument("--force", action="store_true", help="go on though the machine is not quiet")
    parser.add_argument("--patience", type=float, default=300, help="seconds to wait for a quiet machine")
    parser.add_argument("--python", type=Path, required=True, help="Python with the peers' requirements")
    parser.add_argument("--program", type=Path, default=ROOT / ".build/release/umwelt")
    parser.add_argument("--output", type=Path, default=ROOT / ".build/bench-peers.json")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: give 1 or more")
    if not options.program.exists():
        sys.exit(f"compare: {options.program} is not built; 'make build' builds it")

    machine, comparison, units = Machine(options.program), Comparison(), {}
    asked = options.names or list(TARGETS) + WHOLE
    listed = subprocess.run([options.program, "bench", "--list", *asked], capture_output=True, text=True)
    if listed.returncode != 0:
        sys.exit(listed.stderr.strip())
    names = [line.split()[0] for line in listed.stdout.splitlines()[2:]]
    complaint = machine.wait(options.threads, options.patience, options.force)
    failures = set()
    for turn in range(options.rounds):
        for name in names:
            say(f"round {turn + 1} of {options.rounds}: {name}")
            found, well = results(
                [options.program, "bench", name, "--json", "--threads", str(options.threads)])
            comparison.add_ours(found)
            units.update({result["name"]: result["unit"] for result in found})
            if not well:
                failures.add(f"umwelt bench {name}")
            for program in PROGRAMS:
                command = [options.python, PEERS / program, name]
                variants = comparison.promising(name, program)
                if turn and not variants:
                    continue
                for variant in variants if turn else []:
                    command += ["--variant", variant]
                found, well = results(command)
                comparison.add_theirs([result for result in found if result["name"] == name])
                if not well:
                    failures.add(f"{program} {name}")
    parts, wholes = ([n for n in names if (n in WHOLE) == whole] for whole in (False, True))
    lines = comparison.table(parts, units) if parts else []
    if wholes:
        lines += [""] * bool(parts) + comparison.whole_table(wholes, units)
    date, load = time.strftime("%Y-%m-%d"), machine.complaint(options.threads, own_load=True)
    print(f"{date}, {processor()}, {os.cpu_count()} processors, {options.rounds} rounds\n")
    print("\n".join(lines))
    for remark in filter(None, [complaint and f"NOT QUIET at the start: {complaint}.",
                                load and f"NOT QUIET at the end: {load}.",
                                failures and "FAILED: " + ", ".join(sorted(failures)) + "."]):
        print("\n" + remark)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({
        "date": date, "processor": processor(), "rounds": options.rounds, "threads": options.threads,
        "notQuiet": [text for text in (complaint, load) if text], "failures": sorted(failures),
        "ours": comparison.ours, "theirs": comparison.theirs, "units": units,
        "ratios": {name: {peer: comparison.ratios(name, peer) for peers in PROGRAMS.values() for peer in peers}
                   for name in names},
        "targets": TARGETS,
    }, indent=1) + "\n")
    say(f"written: {options.output}")


def processor():
    """The processor's name."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


if __name__ == "__main__":
    main()
