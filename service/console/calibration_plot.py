"""A calibration plot as SVG: how often texts of a score are what the score says."""

from collections.abc import Sequence

from rules.measures import Bin, calibration

_SIDE, _EDGE = 320, 48  # of the square, and the room around it
_SMALLEST, _LARGEST = 3.0, 12.0  # radius of a dot


def calibration_svg(name: str, scores: Sequence[float], labels: Sequence[bool]) -> str:
    """Return the plot: a dot for each bin, its area by its texts; a good score lies on the line."""
    bins = calibration(scores, labels)
    most = max(one.count for one in bins)
    size = _SIDE + 2 * _EDGE
    points = " ".join(f"{_x(one.score):.1f},{_y(one.share):.1f}" for one in bins)
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"'
                f' aria-label="Calibration of {name}" font-family="sans-serif" font-size="12">'
            ),
            f'<rect width="{size}" height="{size}" fill="#fff"/>',
            *_grid(),
            (
                f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999"'
                ' stroke-dasharray="4 4"/>'
            ),
            f'<polyline points="{points}" fill="none" stroke="#0b5fa5" stroke-width="2"/>',
            *(_dot(one, most) for one in bins),
            f'<text x="{size / 2}" y="{size - 10}" text-anchor="middle">{name} score</text>',
            (
                f'<text x="14" y="{size / 2}" text-anchor="middle"'
                f' transform="rotate(-90 14 {size / 2})">share labelled</text>'
            ),
            "</svg>",
            "",
        ]
    )


def _grid() -> list[str]:
    lines: list[str] = []
    for tenth in range(0, 11, 2):
        at = tenth / 10
        lines += [
            f'<line x1="{_x(0)}" y1="{_y(at)}" x2="{_x(1)}" y2="{_y(at)}" stroke="#ddd"/>',
            f'<line x1="{_x(at)}" y1="{_y(0)}" x2="{_x(at)}" y2="{_y(1)}" stroke="#ddd"/>',
            f'<text x="{_x(at)}" y="{_y(0) + 16}" text-anchor="middle">{at:g}</text>',
            f'<text x="{_x(0) - 6}" y="{_y(at) + 4}" text-anchor="end">{at:g}</text>',
        ]
    return lines


def _dot(one: Bin, most: int) -> str:
    radius = max(_SMALLEST, _LARGEST * (one.count / most) ** 0.5)
    told = f"{one.count} texts: mean score {one.score:.2f}, {one.share:.0%} labelled"
    return (
        f'<circle cx="{_x(one.score):.1f}" cy="{_y(one.share):.1f}" r="{radius:.1f}"'
        f' fill="#0b5fa5" fill-opacity="0.6"><title>{told}</title></circle>'
    )


def _x(share: float) -> float:
    return _EDGE + share * _SIDE


def _y(share: float) -> float:
    return _EDGE + (1 - share) * _SIDE
