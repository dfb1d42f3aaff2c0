#!/usr/bin/env python3
"""The yardstick: the program that one would write in an afternoon, with the usual well-made parts.

PyAV decodes (FFmpeg, all its threads); a pool of threads, one a core, resizes with Pillow and runs ONNX Runtime,
each with a session of its own; sqlite3 keeps the five most likely classes of every frame.

    python_pipeline.py VIDEO MODEL.onnx DATABASE WORKERS
"""
import queue
import sqlite3
import sys
import threading

import av
import numpy as np
import onnxruntime
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)


def prepare(picture):
    """torchvision's own steps: shorter side to 256, centre 224, 0..1, normalised, NCHW."""
    width, height = picture.size
    if width < height:
        size = (256, int(256 * height / width))
    else:
        size = (int(256 * width / height), 256)
    picture = picture.resize(size, Image.BILINEAR)
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    values = np.asarray(picture.crop((left, top, left + 224, top + 224)), np.float32) / 255
    return ((values - MEAN) / STD).transpose(2, 0, 1)[None]


def work(model, frames, results):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    while (item := frames.get()) is not None:
        number, timestamp, picture = item
        logits = session.run(None, {name: prepare(picture)})[0][0]
        exponentials = np.exp(logits - logits.max())
        confidences = exponentials / exponentials.sum()
        best = np.argsort(-logits)[:5]
        results.put([(number, timestamp, rank, int(k), float(confidences[k])) for rank, k in enumerate(best)])
    results.put(None)


def write(path, results, workers):
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute(
        "CREATE TABLE predictions (frame INT, time REAL, rank INT, label INT, confidence REAL)")
    rows, finished = [], 0
    while finished < workers:
        item = results.get()
        if item is None:
            finished += 1
        else:
            rows += item
        if len(rows) >= 2560 or finished == workers:
            database.executemany("INSERT INTO predictions VALUES (?, ?, ?, ?, ?)", rows)
            database.commit()
            rows = []
    database.close()


def main():
    video, model, path, workers = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    frames, results = queue.Queue(2 * workers), queue.Queue()
    pool = [threading.Thread(target=work, args=(model, frames, results)) for _ in range(workers)]
    pool.append(threading.Thread(target=write, args=(path, results, workers)))
    for thread in pool:
        thread.start()
    with av.open(video) as container:
        container.streams.video[0].thread_type = "AUTO"
        for number, frame in enumerate(container.decode(video=0)):
            frames.put((number, frame.time, frame.to_image()))
    for _ in range(workers):
        frames.put(None)
    for thread in pool:
        thread.join()


if __name__ == "__main__":
    main()
