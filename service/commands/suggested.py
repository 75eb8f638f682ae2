"""`tactful policy suggested`."""

from datetime import UTC, datetime, timedelta

import click


@click.command("suggested")
@click.option("--site", required=True, help="The site's name.")
@click.option("--days", default=90, show_default=True, help="How far back.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each count.")
def command(site: str, days: int, as_json: bool) -> None:  # noqa: FBT001 - click's way
    """Say what thresholds hold of the texts that people suggested scores for.

    They come from Perspective's `comments:suggestscore`, to which Coral sends what its moderators
    decide. Only counts are kept, no text.

    Example: tactful policy suggested --site blog
    """
    from service.commands.database import opened, site_named  # noqa: PLC0415 - not for --help
    from service.console.suggested import lines_of, report  # noqa: PLC0415
    from store.suggestions import suggestions_between  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened() as database, database.read() as tx:
        site_id = site_named(tx, site).id
        counts = suggestions_between(tx, site_id, now - timedelta(days=days), now)
    for line in lines_of(counts) if as_json else [report(counts)]:
        click.echo(line)
