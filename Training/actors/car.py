"""A car seen from the side or from an end."""

import palette

GLASS = (0.14, 0.18, 0.22)
TYRE = (0.06, 0.06, 0.07)


class Car:
    def __init__(self, rng):
        self.paint_colour = palette.paint(rng)
        self.tall = rng.uniform(0.9, 1.35)
        self.van = rng.random() < 0.25

    def paint_side(self, canvas, x, ground, length, facing=1, lit=False):
        """`x`: the middle; `ground`: where the wheels touch; `length`: bumper to bumper."""
        height = 0.30 * length * self.tall
        body, dark = self.paint_colour, palette.shade(self.paint_colour, 0.6)

        def at(along, up):
            return (x + facing * along * length, ground - up * height)

        canvas.disc(x, ground, 0.52 * length, 0.05 * height, (0.05, 0.05, 0.05))
        roof = [at(-0.45, 0.55), at(-0.42, 1.0), at(0.34, 1.0), at(0.44, 0.55)] if self.van else [
            at(-0.44, 0.6), at(-0.30, 1.0), at(0.10, 1.0), at(0.27, 0.62)]
        canvas.polygon(roof, palette.shade(body, 1.1))
        glass = [at(-0.36, 0.62), at(-0.27, 0.93), at(0.08, 0.93), at(0.21, 0.62)]
        canvas.polygon(glass, GLASS, 0.05)
        canvas.line([at(-0.08, 0.62), at(-0.08, 0.95)], 0.02 * length, palette.shade(body, 0.9))
        canvas.polygon([at(-0.5, 0.2), at(-0.5, 0.55), at(-0.44, 0.62), at(0.27, 0.64), at(0.46, 0.52), at(0.5, 0.2)], body)
        canvas.polygon([at(-0.5, 0.12), at(-0.5, 0.27), at(0.5, 0.27), at(0.5, 0.12)], dark)
        canvas.line([at(-0.08, 0.6), at(-0.08, 0.25)], 0.006 * length, dark)
        for along in (-0.31, 0.30):
            wheel_x, wheel_y = at(along, 0.17)
            canvas.disc(wheel_x, wheel_y, 0.085 * length, 0.085 * length, TYRE)
            canvas.disc(wheel_x, wheel_y, 0.045 * length, 0.045 * length, (0.55, 0.55, 0.57))
        for along, colour in ((0.47, (1.0, 0.95, 0.8)), (-0.48, (0.8, 0.08, 0.06))):
            lamp_x, lamp_y = at(along, 0.45)
            canvas.disc(lamp_x, lamp_y, 0.025 * length, 0.05 * height, colour, 0)
            if lit:
                canvas.light(lamp_x, lamp_y, 0.05 * length, palette.shade(colour, 0.9))

    def paint_end(self, canvas, x, ground, width, rear=True, lit=False):
        """`x`: the middle; `width`: from side to side."""
        height = 0.72 * width * self.tall
        body, dark = self.paint_colour, palette.shade(self.paint_colour, 0.55)

        def at(across, up):
            return (x + across * width, ground - up * height)

        canvas.disc(x, ground, 0.56 * width, 0.07 * height, (0.05, 0.05, 0.05))
        for across in (-0.38, 0.38):
            canvas.box(*at(across - 0.09, 0.25), *at(across + 0.09, 0.0), TYRE)
        canvas.polygon([at(-0.42, 0.5), at(-0.32, 1.0), at(0.32, 1.0), at(0.42, 0.5)], palette.shade(body, 1.12))
        canvas.polygon([at(-0.35, 0.55), at(-0.28, 0.92), at(0.28, 0.92), at(0.35, 0.55)], GLASS, 0.05)
        canvas.polygon([at(-0.5, 0.15), at(-0.48, 0.56), at(0.48, 0.56), at(0.5, 0.15)], body)
        canvas.polygon([at(-0.5, 0.12), at(-0.5, 0.24), at(0.5, 0.24), at(0.5, 0.12)], dark)
        canvas.box(*at(-0.14, 0.36), *at(0.14, 0.26), (0.85, 0.85, 0.75), 0.05)
        colour = (0.85, 0.07, 0.05) if rear else (1.0, 0.96, 0.85)
        for across in (-0.40, 0.40):
            lamp_x, lamp_y = at(across, 0.45)
            canvas.disc(lamp_x, lamp_y, 0.07 * width, 0.05 * height, colour, 0)
            if lit:
                canvas.light(lamp_x, lamp_y, (0.05 if rear else 0.09) * width, colour)
