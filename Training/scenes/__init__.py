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
from scenes.still import Still
from scenes.studio import Studio
from scenes.tower import Tower

SCENES = (Closeup, Landscape, Leaves, Night, Parking, Plaza, Road, Room, Skyline, Still, Studio, Tower, Tower)


def any_scene(rng):
    """Nearly every other is a close-up or a still life: nothing else comes as near to photographs."""
    chance = rng.random()
    return Still(rng) if chance < 0.2 else Closeup(rng) if chance < 0.45 else SCENES[int(rng.integers(len(SCENES)))](rng)
