"""`tactful policy calibrate`."""

from pathlib import Path

import click

from service.settings import load_settings


@click.command("calibrate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--threshold",
    "thresholds",
    type=click.FloatRange(0, 1),
    multiple=True,
    default=(0.5, 0.7, 0.8, 0.9),
    show_default=True,
    help="A threshold that held comments with the old scores; may be given several times.",
)
@click.option("--attribute", default="TOXICITY", show_default=True, help="Name of the old score.")
@click.option("--score", default=None, help="Our score; without, the one the attribute maps to.")
def command(file: Path, thresholds: tuple[float, ...], attribute: str, score: str | None) -> None:
    """Say which new threshold holds the share of comments that an old one held.

    FILE has one JSON object a line: a text that the old service scored, and that score, as
    {"text": "…", "score": 0.83} or {"text": "…", "scores": {"TOXICITY": 0.83}}, or is a CSV file
    with such columns. A few hundred texts that came in by themselves, not picked ones, are enough.

    Example: tactful policy calibrate scored.jsonl --threshold 0.8
    """
    settings = load_settings()
    from service.compose import make_scorer  # noqa: PLC0415
    from service.console.calibration import calibrate, read_scored, report  # noqa: PLC0415 - not for --help

    texts, old = read_scored(file, attribute)
    found = calibrate(make_scorer(settings), texts, old, thresholds, attribute, score)
    click.echo(report(found))
