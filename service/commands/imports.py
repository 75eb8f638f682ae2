"""`tactful import`: a blog's past comments, from what another system exports."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from service.faults import Fault
from service.settings import load_settings

if TYPE_CHECKING:
    from service.console.wordpress_import import Progress

_TOLD_EVERY = 1.0  # seconds


@click.group("import")
def command() -> None:
    """Read a blog's past comments, with what was decided about them.

    They teach the spam filter, count for reputations, and are there for `policy backtest`. Nobody
    is told of them and none of them waits in the queue.

    Example: tactful import wordpress export.xml --site blog
    """


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", required=True, help="The site that the comments are of.")
@click.option(
    "--no-scores",
    is_flag=True,
    help="Tell the spam score only: faster, and backtests know no other.",
)
def wordpress(file: Path, site: str, *, no_scores: bool) -> None:
    """Read a WordPress export (Tools > Export > All content): approved, spam and trashed comments.

    Comments that wait in WordPress are left out. It may be run again, also after it was stopped:
    a comment that was read before is the same comment.

    Example: tactful import wordpress export.xml --site blog
    """
    from service.commands.database import opened, site_named  # noqa: PLC0415 - not for --help
    from service.compose import make_scorer  # noqa: PLC0415
    from service.console.local_settings import completed  # noqa: PLC0415
    from service.console.wordpress_import import Target, import_all  # noqa: PLC0415
    from service.console.wxr import WxrInvalid, read_comments  # noqa: PLC0415
    from service.secret_key import make_sealer  # noqa: PLC0415
    from store.kept_addresses import Keeping  # noqa: PLC0415

    settings = load_settings()
    with _opened(file) as source, opened() as database:
        with database.read() as tx:
            owner = site_named(tx, site)
        scorer = None if no_scores else make_scorer(settings)
        limit, now = settings.max_body_bytes, datetime.now(UTC)
        keeping = Keeping(make_sealer(completed(settings)), originals=owner.keep_addresses)
        target = Target(database, owner.id, scorer, limit, now, keeping)
        teller = _Teller(source, file.stat().st_size)
        try:
            progress = import_all(target, read_comments(source), teller)
        except WxrInvalid as invalid:
            raise Fault(f"{file}:{invalid}; what comes before is imported") from invalid
    click.echo(_summary(progress))


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise Fault(f"cannot read {file}: {error.strerror}") from error


class _Teller:
    """Says on standard error how far it is, once a second."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source, self._size = source, max(1, size)
        self._told = time.monotonic()

    def __call__(self, progress: "Progress") -> None:
        if time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            share = self._source.tell() / self._size
            click.echo(f"{share:.0%}: {progress.read} comments …", err=True)


def _summary(progress: "Progress") -> str:
    done = progress.imported
    said = f"{done.new} comments imported, {done.changed} changed, {done.same} were there already"
    left = [f"{count} {why}" for why, count in sorted(progress.skipped.items()) if count]
    return said + (f"; left out: {', '.join(left)}" if left else "")
