"""A building's front: a grid of windows on a wall."""

import palette


class Building:
    def __init__(self, rng, night=False):
        self.wall = palette.shade(palette.masonry(rng), 0.28 if night else 1.0)
        self.columns, self.rows = int(rng.integers(3, 10)), int(rng.integers(3, 12))
        self.window = (rng.uniform(0.3, 0.7), rng.uniform(0.35, 0.75))
        self.ledges = rng.random() < 0.5
        self.night = night
        share = rng.uniform(0.15, 0.6) if night else rng.uniform(0.0, 0.15)
        self.panes = {}
        for row in range(self.rows):
            for column in range(self.columns):
                if rng.random() < share:
                    colour = palette.shade((1.0, rng.uniform(0.75, 0.95), rng.uniform(0.4, 0.8)), rng.uniform(0.5, 1.0))
                else:
                    colour = palette.shade((0.35, 0.42, 0.5), rng.uniform(0.1, 0.25) if night else rng.uniform(0.3, 1.1))
                self.panes[row, column] = colour

    def paint(self, canvas, left, top, right, bottom):
        canvas.box(left, top, right, bottom, self.wall, 0.35)
        step_x, step_y = (right - left) / self.columns, (bottom - top) / self.rows
        wide, high = step_x * self.window[0], step_y * self.window[1]
        for (row, column), colour in self.panes.items():
            x = left + (column + 0.5) * step_x - wide / 2
            y = top + (row + 0.5) * step_y - high / 2
            canvas.box(x, y, x + wide, y + high, colour, 0.1)
            canvas.box(x, y, x + wide, y + high * 0.12, palette.shade(self.wall, 0.5), 0.1)
        if self.ledges:
            for row in range(1, self.rows):
                y = top + row * step_y
                canvas.line([(left, y), (right, y)], 0.004, palette.shade(self.wall, 0.7), 0.1)
        canvas.box(right - 0.06 * (right - left), top, right, bottom, palette.shade(self.wall, 0.75), 0.3)
