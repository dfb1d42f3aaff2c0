#!/usr/bin/env python3
"""Times `shuffled bench model` and the frameworks in turn on the same cores with the same network, after checking that
all give the same answer, and prints how many times longer each takes: the ratio of medians.

    compare.py [--architecture NAME ...] [--isa NAME] [--workers N] [--rounds N] [--seconds S] [--format text|json]
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

import numpy
from PIL import Image

from engines import ENGINES

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from machine import OUT, PROGRAM, commit, processor  # noqa: E402

NETWORKS = [f"shufflenet_v2_x{width}" for width in ("0_5", "1_0", "1_5", "2_0")]
# float32 networks sum in different orders: what may differ, as a share of the logits' range.
AGREEMENT = 1e-3


def make_models(network):
    if not (OUT / f"{network}.pt").exists():
        subprocess.run([sys.executable, HERE.parent / "make_models.py", network, OUT], check=True)


def make_input():
    """A picture and the same as a normalised tensor."""
    picture = numpy.random.default_rng(1).integers(0, 256, (224, 224, 3), numpy.uint8)
    Image.fromarray(picture).save(OUT / "input.png")
    mean, std = numpy.array([0.485, 0.456, 0.406]), numpy.array([0.229, 0.224, 0.225])
    values = ((picture / 255 - mean) / std).transpose(2, 0, 1)[None].astype(numpy.float32)
    numpy.save(OUT / "input.npy", values)


class Framework:
    def __init__(self, kind, network, workers, cores):
        command = ["taskset", "-c", cores, sys.executable, "-W", "ignore", HERE / "turn.py", kind, OUT, network, OUT / "input.npy",
                   str(workers)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.name = ENGINES[kind].name
        first = self.read()
        self.version, self.logits = first["version"], numpy.array(first["logits"])

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended; its message is above")
        return json.loads(line)

    def turn(self, seconds):
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Shuffled:
    version = ""

    def __init__(self, name, network, isa, workers, cores, seconds):
        self.name = name
        model = OUT / f"{network}.whole.safetensors"
        # `classify` chooses its kernels by the environment.
        environment = os.environ | ({"SHUFFLED_ISA": isa} if isa else {})
        answer = subprocess.run([PROGRAM, "classify", OUT / "input.png", "--model", model, "--logits",
                                 "--format", "json"], env=environment, check=True, capture_output=True)
        self.logits = numpy.array(json.loads(answer.stdout)["logits"])
        command = ["taskset", "-c", cores, PROGRAM, "bench", "model", "--model", model, "--turns", "--seconds",
                   str(seconds), "--format", "json", "--workers", str(workers), *(["--isa", isa] if isa else [])]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def turn(self, _):  # its turns' length was said when it was started
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def check_agreement(ours, frameworks):
    """Largest difference of logits to ours, as a share of their range."""
    spread = float(numpy.ptp(ours.logits))
    shares = {f.name: float(numpy.abs(f.logits - ours.logits).max()) / spread for f in frameworks}
    wrong = {name: share for name, share in shares.items() if not share <= AGREEMENT}
    if wrong:
        sys.exit(f"the answers differ from shuffled's by a share of their range of {wrong}")
    return max(shares.values())


def measure(network, options, cores):
    """The medians over all rounds of each contestant's median time and its throughput."""
    make_models(network)
    ours = Shuffled("shuffled", network, options.isa, options.workers, cores, options.seconds)
    # How much more several workers do than one.
    alone = ([Shuffled("  one worker", network, options.isa, 1, cores, options.seconds)]
             if options.workers > 1 else [])
    frameworks = [Framework(kind, network, options.workers, cores) for kind in options.frameworks]
    difference = check_agreement(ours, frameworks)
    contestants = (ours, *alone, *frameworks)
    turns = {contestant.name: [] for contestant in contestants}
    for number in range(options.rounds + 1):
        for contestant in contestants:
            result = contestant.turn(options.seconds)
            if number > 0:  # the first one warms up
                turns[contestant.name].append(result)
    rows = []
    for contestant in contestants:
        contestant.close()
        milliseconds, rates = (
            statistics.median(turn[key] for turn in turns[contestant.name])
            for key in ("p50_ms", "passes_per_second"))
        rows.append({"name": contestant.name, "version": contestant.version, "p50_ms": milliseconds,
                     "passes_per_second": rates})
    for row in rows:
        row["ratio"] = row["p50_ms"] / rows[0]["p50_ms"]
        row["throughput_ratio"] = rows[0]["passes_per_second"] / row["passes_per_second"]
    shares = [turn["peak_share"] for turn in turns["shuffled"]]
    return {"architecture": network, "isa": turns["shuffled"][0]["isa"], "workers": options.workers,
            "peak_share": statistics.median(shares), "largest_difference": difference, "contestants": rows}


def text(result):
    lines = [f"{result['architecture']}, {result['isa']}, workers: {result['workers']}; "
             f"{100 * result['peak_share']:.1f} % of peak; answers differ by at most "
             f"{result['largest_difference']:.0e} of their range",
             f"  {'':14}{'version':>16}{'p50 ms':>9}{'ratio':>7}{'passes/s':>10}{'ratio':>7}"]
    for row in result["contestants"]:
        lines.append(f"  {row['name']:14}{row['version']:>16}{row['p50_ms']:9.3f}{row['ratio']:7.2f}"
                     f"{row['passes_per_second']:10.1f}{row['throughput_ratio']:7.2f}")
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--architecture", nargs="+", default=NETWORKS, choices=NETWORKS)
    arguments.add_argument("--frameworks", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    arguments.add_argument("--isa", help="shuffled's instruction set; the frameworks keep theirs")
    arguments.add_argument("--workers", type=int, default=1, help="passes at a time, each on a core of its own")
    arguments.add_argument("--rounds", type=int, default=60)
    arguments.add_argument("--seconds", type=float, default=0.1, help="length of a turn")
    arguments.add_argument("--format", choices=("text", "json"), default="text")
    options = arguments.parse_args()
    OUT.mkdir(exist_ok=True)
    make_input()
    cores = ",".join(str(core) for core in sorted(os.sched_getaffinity(0))[-options.workers:])
    if options.format == "text":
        print(f"processor {processor()}, core {cores}; commit {commit()}; {options.rounds} rounds of "
              f"{options.seconds} s, in turn\n", flush=True)
    for network in options.architecture:
        result = measure(network, options, cores)
        print(text(result) if options.format == "text" else json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
