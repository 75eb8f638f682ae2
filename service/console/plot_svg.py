"""Shapes of a plot as SVG."""

from collections.abc import Sequence

from service.console.calibration_plot import INK, SIZE, TEXT_SIZE, Dot, Line, Shape, Text


def svg(title: str, shapes: Sequence[Shape]) -> str:
    """Return the picture as a document; a dot says what it stands for when it is pointed at."""
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img"'
                f' aria-label="{title}" font-family="sans-serif" font-size="{TEXT_SIZE}">'
            ),
            f'<rect width="{SIZE}" height="{SIZE}" fill="#fff"/>',
            *map(_drawn, shapes),
            "</svg>",
            "",
        ]
    )


def _drawn(shape: Shape) -> str:
    match shape:
        case Line():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            dashes = ' stroke-dasharray="4 4"' if shape.dashed else ""
            return (
                f'<polyline points="{points}" fill="none" stroke="{shape.colour}"'
                f' stroke-width="{shape.width}"{dashes}/>'
            )
        case Dot():
            return (
                f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:.1f}"'
                f' fill="{INK}" fill-opacity="0.6"><title>{shape.told}</title></circle>'
            )
        case Text():
            turned = f' transform="rotate(-90 {shape.x} {shape.y})"' if shape.upwards else ""
            return (
                f'<text x="{shape.x}" y="{shape.y}" text-anchor="{shape.anchor}"{turned}>'
                f"{shape.text}</text>"
            )
