"""`tactful up`."""

from pathlib import Path

import click

from service.commands.start import start
from service.settings import refuse_half_a_provider


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any free."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Directory for everything that is kept; by default TACTFUL_DATA, else ./tactful-data.",
)
@click.option("--demo", is_flag=True, help="Fill the site with sample comments to look at.")
@click.option(
    "--renew-lost-keys",
    is_flag=True,
    help="Where credentials.json is gone, make new keys and another password of its moderator;"
    " the old ones stop working.",
)
def command(host: str, port: int, data: Path | None, *, demo: bool, renew_lost_keys: bool) -> None:
    """Run everything on this machine: web, workers, SQLite, Redis and the built-in scorer.

    The first start makes a site and writes its keys to DATA/credentials.json. Prints `ready:`
    and the URL once a verdict can be had. Ctrl-C ends it.

    Example: tactful up --port 8080 --data ./tactful-data
    """
    settings = start()
    refuse_half_a_provider(settings)
    from service.running.up import Wishes, up  # noqa: PLC0415 - after the settings were found good

    wishes = Wishes(demo=demo, renew_lost_keys=renew_lost_keys)
    up(settings, host, port, data or settings.data, wishes)
