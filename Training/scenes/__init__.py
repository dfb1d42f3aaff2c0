"""Places a camera may look at. A new scene is a class here and a line in SCENES."""

from scenes.closeup import Closeup
from scenes.display import Display
from scenes.facade import Facade
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

SCENES = (Closeup, Display, Facade, Landscape, Leaves, Night, Parking, Plaza, Road, Room, Skyline, Still, Studio, Tower, Tower)


# What comes nearest to photographs, and how often it is drawn besides.
OFTEN = ((Closeup, 0.22), (Still, 0.18), (Facade, 0.12), (Display, 0.06))


def any_scene(rng):
    chance = rng.random()
    for scene, share in OFTEN:
        if chance < share:
            return scene(rng)
        chance -= share
    return SCENES[int(rng.integers(len(SCENES)))](rng)
