#!/usr/bin/env python3
"""One framework, loaded once, that runs when it is told to, so that several can take turns.

    turn.py ENGINE FOLDER NETWORK INPUT.npy WORKERS

First prints a line of JSON with its version and logits. Then, for each line with a number of seconds on standard
input, runs that long on WORKERS threads, each with an engine of its own, and prints {"p50_ms", "passes_per_second"}.
"""
import json
import pathlib
import statistics
import sys
import threading
import time

import numpy

from engines import ENGINES


def run(engine, values, seconds, results):
    times, end = [], time.perf_counter() + seconds
    began = now = time.perf_counter()
    while now < end:
        start = now
        engine(values)
        now = time.perf_counter()
        times.append(now - start)
    results.append((times, len(times) / (now - began)))


def main():
    kind, folder, network, values, workers = sys.argv[1:]
    values = numpy.load(values)
    engines = [ENGINES[kind](pathlib.Path(folder), network) for _ in range(int(workers))]
    for _ in range(20):
        logits = [engine(values) for engine in engines][0]
    print(json.dumps({"version": engines[0].version, "logits": [float(x) for x in logits]}), flush=True)
    for line in sys.stdin:
        results = []
        threads = [threading.Thread(target=run, args=(engine, values, float(line), results))
                   for engine in engines[1:]]
        for thread in threads:
            thread.start()
        run(engines[0], values, float(line), results)
        for thread in threads:
            thread.join()
        print(json.dumps({
            "p50_ms": 1000 * statistics.median(sum((times for times, _ in results), [])),
            "passes_per_second": sum(rate for _, rate in results)}), flush=True)


if __name__ == "__main__":
    main()
