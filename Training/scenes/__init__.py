"""Places a camera may look at. A new scene is a class here and a line in SCENES."""

from scenes.closeup import Closeup
from scenes.landscape import Landscape
from scenes.leaves import Leaves
from scenes.night import Night
from scenes.parking import Parking
from scenes.plaza import Plaza
from scenes.road import Road
from scenes.room import Room
from scenes.skyline import Skyline
from scenes.studio import Studio
from scenes.tower import Tower

SCENES = (Closeup, Landscape, Leaves, Night, Parking, Plaza, Road, Room, Skyline, Studio, Tower, Tower)


def any_scene(rng):
    """Every third is a close-up: nothing else comes as near to photographs."""
    return Closeup(rng) if rng.random() < 0.35 else SCENES[int(rng.integers(len(SCENES)))](rng)
