"""`tactful rescore`."""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from service.settings import load_settings

if TYPE_CHECKING:
    from rules.verdict import Verdict
    from store.rescoring import ScoredComment
    from workers.rescoring import Findings

EXAMPLES = 20
_TOLD_EVERY = 1.0  # seconds


class Moment(click.ParamType[datetime]):
    """A date or an RFC 3339 time; UTC where no zone is given."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the aware time; fail with a message that shows both forms."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail("must be like 2026-11-24 or 2026-11-24T12:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.option("--since", type=Moment(), required=True, help="Comments submitted then or later.")
@click.option("--site", help="Of this site only.")
@click.option("--most", type=click.IntRange(1), default=10_000, show_default=True)
@click.option("--apply", "do_apply", is_flag=True, help="Write the new verdicts, after asking.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(since: datetime, site: str | None, most: int, *, do_apply: bool, yes: bool) -> None:
    """Judge again, with the scorer in use, what another scorer judged; show what would change.

    Comments that a person decided are left alone. With --apply, the new verdicts take the place
    of the old ones, and webhooks are told of those that changed.

    Example: tactful rescore --since 2026-11-01 --site blog
    """
    from service.commands.database import opened, site_named  # noqa: PLC0415 - not for --help
    from service.compose import make_scorer  # noqa: PLC0415
    from workers.rescoring import Judge, apply_findings, look_again  # noqa: PLC0415

    settings = load_settings()
    scorer = make_scorer(settings)
    now = datetime.now(UTC)
    with opened() as database:
        with database.read() as tx:
            site_id = site_named(tx, site).id if site else None
        by = Judge(database, scorer, settings.reputation_half_life_days)
        findings = look_again(by, since, now, most=most, site_id=site_id, tell=_Teller())
        _show(findings, f"{scorer.engine.name} {scorer.engine.version}")
        if not findings.rejudged:
            return
        if not do_apply:
            click.echo("Nothing was written; --apply writes it.")
        elif yes or click.confirm("Write the new verdicts?"):
            click.echo(f"{apply_findings(database, findings, now)} verdicts written.")


class _Teller:
    """Says on standard error how far it is, once a second."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, findings: "Findings") -> None:
        if time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            looked_at = len(findings.rejudged) + findings.same_engine
            click.echo(f"{looked_at} looked at, {len(findings.rejudged)} judged again …", err=True)


def _show(findings: "Findings", engine: str) -> None:
    changed = findings.changed()
    click.echo(f"{engine}: {len(findings.rejudged)} judged again, {len(changed)} would change.")
    for (before, after), count in sorted(findings.actions().items()):
        click.echo(f"  {before} -> {after}\t{count}")
    for item, verdict in changed[:EXAMPLES]:
        click.echo(f"  {item.id}\t{_difference(item, verdict)}")
    if len(changed) > EXAMPLES:
        click.echo(f"  … and {len(changed) - EXAMPLES} more")
    if findings.same_engine:
        click.echo(f"{findings.same_engine} were judged by this scorer already.")
    if findings.not_scored:
        click.echo(f"{findings.not_scored} could not be scored or judged and keep their verdict.")
    if findings.kept:
        click.echo(
            f"{findings.kept} would be judged more mildly only because something that a rule"
            " asked for then is not known now, and keep their verdict."
        )
    if findings.more:
        click.echo("There are more: apply these and run it again, or give a higher --most.")


def _difference(item: "ScoredComment", verdict: "Verdict") -> str:
    before, after = (one.scores.get("toxicity") for one in (item.verdict, verdict))
    told = [f"{item.verdict.action} -> {verdict.action}"]
    if before != after:
        told.append(f"toxicity {_score(before)} -> {_score(after)}")
    old, new = set(item.verdict.labels), set(verdict.labels)
    if labels := [
        *(f"-{one}" for one in sorted(old - new)),
        *(f"+{one}" for one in sorted(new - old)),
    ]:
        told.append(f"labels {' '.join(labels)}")
    if item.verdict.discard != verdict.discard:
        told.append("discarded" if verdict.discard else "not discarded any more")
    return "\t".join(told)


def _score(score: float | None) -> str:
    return "none" if score is None else f"{score:.2f}"
