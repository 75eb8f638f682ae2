"""`tactful evaluate`."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.faults import Fault
from service.settings import load_settings

if TYPE_CHECKING:
    from rules.comment import Comment
    from workers.spam.scoring import SpamModel

_PLOTS = (".svg", ".png")
_NAME = re.compile(r"[a-z_]{1,40}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--score", "name", default="spam", show_default=True, help="The score to look at.")
@click.option("--site", help="By this site's own spam model; without, by the one of the package.")
@click.option(
    "--plot", type=click.Path(path_type=Path), help="Write a calibration plot (.svg or .png)."
)
@click.option("--missed", type=click.FloatRange(0), default=1, show_default=True,
              help="What a missed one costs.")  # fmt: skip
@click.option("--wrongly", type=click.FloatRange(0), default=5, show_default=True,
              help="What a wrongly held one costs.")  # fmt: skip
def command(
    file: Path, name: str, site: str | None, plot: Path | None, missed: float, wrongly: float
) -> None:
    """Say what a score is worth on labelled comments: precision, recall, calibration, cost.

    FILE has one comment a line as JSON, or is a CSV file; each has a `text` and a `label` (1 or 0,
    spam or ham). Other fields of a comment, such as its author, count too.

    Example: tactful evaluate labelled.jsonl --plot calibration.svg
    """
    if not _NAME.fullmatch(name):
        raise click.BadParameter("must be the name of a score, such as spam", param_hint="--score")
    if plot is not None and plot.suffix.lower() not in _PLOTS:
        raise click.BadParameter("needs a name in .svg or .png", param_hint="--plot")
    from service.console.evaluation import Costs, report  # noqa: PLC0415 - not for --help
    from service.console.labelled import read_labelled  # noqa: PLC0415

    rows = read_labelled(file)
    found = _scores([row.comment for row in rows], name, site)
    with click.progressbar(found, length=len(rows), label="scoring", file=sys.stderr) as scored:
        scores = list(scored)
    labels = [row.label for row in rows]
    click.echo(report(name, scores, labels, Costs(missed, wrongly)))
    if plot is not None:
        _write(plot, _drawn(plot, name, scores, labels))
        click.echo(f"calibration plot: {plot}")


def _scores(comments: "Sequence[Comment]", name: str, site: str | None) -> Iterator[float]:
    from service.compose import make_scorer  # noqa: PLC0415 - not for --help
    from service.console.evaluation import engine_scores, spam_scores  # noqa: PLC0415

    if name == "spam":
        return spam_scores(_model(site), comments)
    return engine_scores(make_scorer(load_settings()), name, comments)


def _model(site: str | None) -> "SpamModel":
    from service.commands.database import opened, site_named  # noqa: PLC0415 - as above
    from workers.spam.scoring import SpamShelf, prior_model  # noqa: PLC0415

    if site is None:
        return prior_model()
    with opened() as database, database.read() as tx:
        site_id = site_named(tx, site).id
        return SpamShelf().models(tx, {site_id})[site_id]


def _drawn(path: Path, name: str, scores: Sequence[float], labels: Sequence[bool]) -> bytes:
    from service.console.calibration_plot import calibration_plot  # noqa: PLC0415 - as above
    from service.console.plot_svg import svg  # noqa: PLC0415

    shapes = calibration_plot(name, scores, labels)
    if path.suffix.lower() == ".svg":
        return svg(f"Calibration of {name}", shapes).encode()
    try:
        from service.console.plot_png import png  # noqa: PLC0415 - needs an extra
    except ImportError as error:
        raise Fault(
            "a plot as PNG needs `pip install 'tactful[png]'`; SVG needs nothing"
        ) from error
    return png(shapes)


def _write(path: Path, picture: bytes) -> None:
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise Fault(f"cannot write {path}: {error.strerror}") from error
