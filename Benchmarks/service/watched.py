"""Cameras on loopback, and a `shuffled run` that watches them: what the benchmarks here have in common."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = f"{ROOT}/.build/release/shuffled"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def usage(pid):
    """Resident kilobytes, descriptors, threads, and seconds of processor time of a process."""
    with open(f"/proc/{pid}/status") as file:
        resident = int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return (
        resident,
        len(os.listdir(f"/proc/{pid}/fd")),
        len(os.listdir(f"/proc/{pid}/task")),
        ticks / os.sysconf("SC_CLK_TCK"),
    )


class Watched:
    """`count` cameras of 640x360, 25 frames a second with noise, and a service that classifies `fps` of each."""

    def __init__(self, count, fps, http):
        self.folder = tempfile.mkdtemp(prefix="shuffled-streams-")
        video = f"{self.folder}/camera.h264"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=20,noise=alls=8:allf=t", "-c:v"]
            + ["libx264", "-preset", "veryfast", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1", video],
            check=True,
        )
        port = free_port()
        self.names = [f"cam{number}" for number in range(1, count + 1)]
        self.socket, self.database = f"{self.folder}/control.sock", f"{self.folder}/results.db"
        streams = {name: {"url": f"rtsp://127.0.0.1:{port}/{name}", "fps": fps} for name in self.names}
        with open(f"{self.folder}/streams.json5", "w") as file:
            json.dump({"database": {"path": self.database}, "http": http, "socket": self.socket, "streams": streams}, file)
        self.cameras = subprocess.Popen(
            ["/usr/bin/python3", f"{ROOT}/Tests/Fixtures/rtsp_server.py", str(port), video, "--cameras", str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.cameras.stdout.readline()
        with open(f"{self.folder}/log", "w") as log:
            self.service = subprocess.Popen([PROGRAM, "run", "--config", f"{self.folder}/streams.json5"], stderr=log)
        while not os.path.exists(self.socket):
            if self.service.poll() is not None:
                raise SystemExit(self.log())
            time.sleep(0.1)

    def status(self):
        answer = subprocess.run([PROGRAM, "status", "-f", "json", "-s", self.socket], capture_output=True, check=True)
        return json.loads(answer.stdout)

    def log(self):
        with open(f"{self.folder}/log") as log:
            return log.read()

    def kill(self):
        self.service.kill()
        self.cameras.kill()
