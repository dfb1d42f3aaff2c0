#!/usr/bin/python3
"""An RTSP camera for tests: serves an Annex-B H.264 file without B-frames, paced and in a loop.

  rtsp_server.py PORT FILE [--cameras N] [--rate FPS] [--user NAME:PASSWORD]

Mounts /cam1 ... /camN on 127.0.0.1:PORT. The file is read and cut into access units once; every camera that somebody
watches sends them with a clock of its own, from the beginning, at FPS frames a second (25). Prints `ready` when it
listens; ends with SIGTERM or when its standard input closes, so that no test leaves one behind.
"""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402


def access_units(data):
    """The file's access units, each from its first NAL unit with its start code."""
    starts = []
    place = data.find(b"\0\0\1")
    while place >= 0:
        starts.append(place)
        place = data.find(b"\0\0\1", place + 3)
    units, begin, has_slice = [], None, False
    for start in starts:
        kind = data[start + 3] & 0x1F
        is_slice = kind in (1, 5)
        # A slice begins a picture when its first macroblock is 0: the first bit after the header.
        begins = (is_slice and data[start + 4] & 0x80 != 0) or kind in (6, 7, 8, 9)
        if begin is None:
            begin = start
        elif begins and has_slice:
            units.append(data[begin:start])
            begin, has_slice = start, False
        has_slice = has_slice or is_slice
    if begin is not None:
        units.append(data[begin:])
    return units


class Camera(GstRtspServer.RTSPMediaFactory):
    def __init__(self, units, rate):
        super().__init__()
        self.units = units
        self.duration = Gst.SECOND // rate
        self.set_shared(True)
        self.set_launch(
            "( appsrc name=units format=time max-bytes=200000 "
            "caps=video/x-h264,stream-format=byte-stream,alignment=au"
            " ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
        )

    def do_configure(self, media):
        source = media.get_element().get_by_name("units")
        position = [0]

        def need(source, _length):
            number = position[0]
            position[0] = number + 1
            buffer = Gst.Buffer.new_wrapped(self.units[number % len(self.units)])
            buffer.pts = buffer.dts = number * self.duration
            buffer.duration = self.duration
            source.emit("push-buffer", buffer)

        source.connect("need-data", need)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port")
    parser.add_argument("file")
    parser.add_argument("--cameras", type=int, default=1)
    parser.add_argument("--rate", type=int, default=25)
    parser.add_argument("--user")
    arguments = parser.parse_args()

    Gst.init(None)
    with open(arguments.file, "rb") as file:
        units = access_units(file.read())
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(arguments.port)
    if arguments.user:
        name, password = arguments.user.split(":", 1)
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(name, password), token)
        server.set_auth(auth)
    for number in range(1, arguments.cameras + 1):
        camera = Camera(units, arguments.rate)
        if arguments.user:
            structure = Gst.Structure.new_empty("viewer")
            for right in (
                GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS,
                GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT,
            ):
                structure.set_value(right, True)
            camera.add_role_from_structure(structure)
        server.get_mount_points().add_factory(f"/cam{number}", camera)
    loop = GLib.MainLoop()

    def closed(_channel, _condition):
        loop.quit()
        return False

    GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, closed)
    if server.attach(None) == 0:
        sys.exit(f"cannot listen on port {arguments.port}")
    print("ready", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
