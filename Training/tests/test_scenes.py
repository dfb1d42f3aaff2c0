"""Places: drawn the same again, with something in view; and solid things where a pinhole camera sees them."""

import unittest

import numpy as np
from actors.house import House, shaded
from camera import luma
from goods import KINDS, Goods
from PIL import Image
from scenes import SCENES
from scenes.display import Display
from scenes.facade import Facade
from view import View

SIZE = (160, 120)


class SceneTests(unittest.TestCase):
    def test_every_scene_is_drawn_the_same_again_and_lit(self):
        for scene in sorted(set(SCENES), key=lambda scene: scene.__name__):
            first, second = (scene(np.random.default_rng(3)).picture(SIZE, 1.0) for _ in range(2))
            self.assertEqual(first.shape, (120, 160, 3), scene.__name__)
            self.assertTrue(np.array_equal(first, second), scene.__name__)
            self.assertTrue(np.isfinite(first).all() and first.min() >= 0 and first.mean() > 0.01, scene.__name__)

    def test_what_repeats_is_in_view(self):
        for scene in (Facade, Display):
            edges = []
            for seed in range(12):
                grey = luma(scene(np.random.default_rng(seed)).picture(SIZE, 0.0))[20:100, 30:130]
                edges.append((np.abs(np.diff(grey, axis=0)) > 0.04).mean())
            self.assertGreater(min(edges), 0.01, scene.__name__)
            self.assertGreater(np.median(edges), 0.08, scene.__name__)

    def test_goods_of_every_kind_cover_their_ground(self):
        for kind in KINDS:
            goods = Goods(np.random.default_rng(5), (300, 200))
            ground = np.array(goods.image)[0, 0]
            values = np.array(goods.draw(kind))
            self.assertGreater((values != ground).any(2).mean(), 0.3, kind)

    def test_a_house_stands_before_the_sky(self):
        house = House(np.random.default_rng(11))
        picture = Image.new("RGB", SIZE, (0, 0, 255))
        view = View(SIZE, 4, 0.5 * house.height(), (0, 0.5 * house.height(), 0), 0.3, 1.4 * house.height())
        house.paint(view, picture)
        covered = (np.array(picture) != (0, 0, 255)).any(2)
        self.assertTrue(covered[60, 80])
        self.assertFalse(covered[60, 1] or covered[60, 158])
        again = Image.new("RGB", SIZE, (0, 0, 255))
        house.paint(view, again)
        self.assertEqual(picture.tobytes(), again.tobytes())

    def test_shade_falls_from_above(self):
        values = np.array(shaded(Image.new("RGBA", (1, 10), (200, 200, 200, 255)), 0.5, 0.5))[:, 0]
        self.assertEqual((values[0, 0], values[5, 0], values[9, 0], values[0, 3]), (100, 200, 200, 255))


class ViewTests(unittest.TestCase):
    view = View(SIZE, 3, 0, (0, 0, 0), 0, 2)  # two units fill the 120 rows

    def test_projects_as_a_pinhole_does(self):
        places, ahead = self.view.project([(0, 0, 0), (0, 1, 0), (1, 0, 0), (0, 1, 1.5), (0, 1, -3)])
        expected = [(80, 60), (80, 0), (140, 60), (80, -60), (80, 30)]
        self.assertTrue(np.allclose(places, expected), places)
        self.assertTrue(np.allclose(ahead, (3, 3, 3, 1.5, 6)), ahead)

    def test_knows_a_front_from_a_back(self):
        front = [(-1, 1, 0), (1, 1, 0), (1, -1, 0), (-1, -1, 0)]
        self.assertTrue(self.view.faces(front))
        self.assertFalse(self.view.faces([front[1], front[0], front[3], front[2]]))

    def test_what_is_behind_or_beside_is_not_in_view(self):
        quad = np.array([(-1, 1, 0), (1, 1, 0), (1, -1, 0), (-1, -1, 0)], float)
        self.assertEqual(self.view.extent(quad), (122, 122))
        self.assertEqual(self.view.extent(quad, most=50), (50, 50))
        self.assertIsNone(self.view.extent(quad + (0, 0, 4)))
        self.assertIsNone(self.view.extent(quad + (9, 0, 0)))

    def test_lays_a_drawing_where_its_quad_is(self):
        halves = Image.new("RGB", (40, 40), (255, 0, 0))
        halves.paste((0, 255, 0), (20, 0, 40, 40))
        picture = Image.new("RGB", SIZE)
        self.view.lay(picture, halves, [(-0.5, 0.5, 0), (0.5, 0.5, 0), (0.5, -0.5, 0), (-0.5, -0.5, 0)])
        values = np.array(picture)
        self.assertEqual(values[60, 60].tolist(), [255, 0, 0])
        self.assertEqual(values[60, 100].tolist(), [0, 255, 0])
        self.assertEqual([values[y, x].tolist() for y, x in ((60, 45), (60, 115), (25, 80), (95, 80))], [[0, 0, 0]] * 4)
