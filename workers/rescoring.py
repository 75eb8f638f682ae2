"""Rescoring: what the engine of today says of comments that another one judged.

Nothing is written while it looks; what it found is applied as a whole step later, where nobody
changed the comment in between. People's decisions are never touched. What was known of an author
when the comment came is not known any more: rules that ask for it do not match here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from rules.verdict import Verdict
from store.database import Database
from store.rescoring import ScoredComment, changes, replace_verdicts, scored_since
from store.sites import on_timeout_actions
from workers.careful_scoring import score_carefully
from workers.judging import Engine, SiteRules, judge
from workers.policies import PolicyShelf
from workers.scorers.protocol import Scorer
from workers.spam.scoring import SpamShelf

PAGE = 64


@dataclass
class Findings:
    """What the engine of today would change: each comment with its new verdict.

    `same_engine` counts those that it judged already, `not_scored` those that it cannot score:
    both keep their verdict. `more` says that the limit was reached.
    """

    rejudged: list[tuple[ScoredComment, Verdict]] = field(default_factory=list)
    same_engine: int = 0
    not_scored: int = 0
    more: bool = False

    def changed(self) -> list[tuple[ScoredComment, Verdict]]:
        """Return those whose action, labels or `discard` would be others."""
        return [pair for pair in self.rejudged if changes(pair[0].verdict, pair[1])]

    def actions(self) -> Counter[tuple[str, str]]:
        """Count (action before, action after)."""
        return Counter((item.verdict.action, verdict.action) for item, verdict in self.rejudged)


def look_again(
    database: Database,
    scorer: Scorer,
    since: datetime,
    now: datetime,
    *,
    most: int,
    site_id: str | None,
) -> Findings:
    """Judge anew up to `most` comments submitted at `since` or later; write nothing.

    Raises StoreUnavailable.
    """
    findings, shelf = Findings(), PolicyShelf()
    for page in _pages(database, since, site_id):
        old = [item for item in page if _is_due(item, scorer)]
        findings.same_engine += len(page) - len(old)
        due = old[: most - len(findings.rejudged)]
        _judge(database, shelf, scorer, due, now, findings)
        if len(due) < len(old):
            findings.more = True
            break
    return findings


def apply_findings(database: Database, findings: Findings, now: datetime) -> int:
    """Write the new verdicts, a page a transaction; return how many were still wanted.

    Raises StoreUnavailable; what was written stays, and is not found due again.
    """
    written = 0
    for start in range(0, len(findings.rejudged), PAGE):
        page = findings.rejudged[start : start + PAGE]
        written += len(database.write(partial(replace_verdicts, rejudged=page, now=now)))
    return written


def _pages(
    database: Database, since: datetime, site_id: str | None
) -> Iterator[list[ScoredComment]]:
    after = ""
    while True:
        with database.read() as tx:
            page = scored_since(tx, since, site_id=site_id, after=after, limit=PAGE)
        if not page:
            return
        yield page
        after = page[-1].id


def _is_due(item: ScoredComment, scorer: Scorer) -> bool:
    return item.verdict.engine != scorer.engine or item.verdict.decided_by == "fallback"


def _judge(
    database: Database,
    shelf: PolicyShelf,
    scorer: Scorer,
    items: Sequence[ScoredComment],
    now: datetime,
    findings: Findings,
) -> None:
    scores = score_carefully(scorer, [item.comment.body for item in items])
    site_ids = {item.site_id for item in items}
    with database.read() as tx:
        policies, otherwise = shelf.active(tx, site_ids), on_timeout_actions(tx, site_ids)
        spam = SpamShelf().models(tx, site_ids)
    for item, found in zip(items, scores, strict=True):
        if found is None:
            findings.not_scored += 1
            continue
        rules = SiteRules(policies.get(item.site_id), otherwise[item.site_id], spam[item.site_id])
        verdict = judge(item.comment, found, rules, engine=Engine.of(scorer), now=now)
        findings.rejudged.append((item, verdict))
