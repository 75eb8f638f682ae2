"""Shapes of a plot as PNG, by Pillow, which brings a font of its own: a server may have none.

To be imported where it is used: Pillow comes with the extra `png`.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageDraw

from service.console.calibration_plot import INK, SIZE, TEXT_SIZE, Dot, Line, Shape, Text

_FINE = 2  # pixels of the picture for each of a shape: sharp on today's screens
_SMOOTH = 2  # drawn so much larger, then made smaller: circles and slopes without steps
_ZOOM = _FINE * _SMOOTH
_DASH = 4
_DOT = f"{INK}99"  # 60 % of it


def png(shapes: Sequence[Shape]) -> bytes:
    """Return the picture as a file."""
    side = SIZE * _ZOOM
    image = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(image, "RGBA")
    for shape in shapes:
        _draw(image, pen, shape)
    buffer = BytesIO()
    image.resize((SIZE * _FINE, SIZE * _FINE), Image.Resampling.LANCZOS).save(buffer, "PNG")
    return buffer.getvalue()


def _draw(image: Image.Image, pen: ImageDraw.ImageDraw, shape: Shape) -> None:
    match shape:
        case Line():
            width = shape.width * _ZOOM
            points = [(x * _ZOOM, y * _ZOOM) for x, y in shape.points]
            for part in _dashes(points) if shape.dashed else [points]:
                pen.line(part, fill=shape.colour, width=width, joint="curve")
        case Dot():
            pen.circle((shape.x * _ZOOM, shape.y * _ZOOM), shape.radius * _ZOOM, fill=_DOT)
        case Text(upwards=False):
            at = (shape.x * _ZOOM, shape.y * _ZOOM)
            pen.text(at, shape.text, fill="black", anchor=_anchor(shape), font_size=_text_size())
        case Text():
            _write_upwards(image, shape)


def _dashes(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Return every second piece of a line."""
    dashes: list[list[tuple[float, float]]] = []
    for (x, y), (to_x, to_y) in pairwise(points):
        count = int(((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5 / (_DASH * _ZOOM))
        steps = [(x + (to_x - x) * i / count, y + (to_y - y) * i / count) for i in range(count)]
        dashes += [list(pair) for pair in pairwise(steps)][::2]
    return dashes


def _write_upwards(image: Image.Image, text: Text) -> None:
    turned = Image.new("RGB", image.size, "white")
    at = ((SIZE - text.y) * _ZOOM, text.x * _ZOOM)
    pen = ImageDraw.Draw(turned)
    pen.text(at, text.text, fill="black", anchor=_anchor(text), font_size=_text_size())
    box = tuple(map(int, pen.textbbox(at, text.text, anchor=_anchor(text), font_size=_text_size())))
    left, top, right, bottom = box
    image.paste(
        turned.crop((left, top, right, bottom)).rotate(90, expand=True),
        (top, SIZE * _ZOOM - right),
    )


def _anchor(text: Text) -> str:
    return {"middle": "ms", "end": "rs"}[text.anchor]


def _text_size() -> int:
    return TEXT_SIZE * _ZOOM
