"""Rescoring: what the engine of today says of comments that another one judged.

Nothing is written while it looks; what it found is applied as a whole step later, where nobody
changed the comment in between. People's decisions are never touched. The policy asks what was known
of the comment when it was judged, as far as that is known still. Where a rule matched then because
of something that is not, what it asked for stands: forgetting makes no verdict milder.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from rules.combining import STRICTNESS
from rules.facts.registry import FORGOTTEN_FACTS
from rules.history import History
from rules.verdict import Reason, Verdict
from store.database import Database
from store.rescoring import ScoredComment, changes, replace_verdicts, scored_since
from store.sites import on_timeout_actions
from store.stored import Unreadable
from workers.careful_scoring import score_carefully
from workers.faults import told
from workers.histories import NOTHING_KNOWN
from workers.isolating import apart
from workers.judging import Engine, SiteRules, judge
from workers.known import known_then, moment_of
from workers.policies import PolicyShelf
from workers.scorers.protocol import Scorer, Scores
from workers.spam.scoring import SpamShelf

PAGE = 64

_Pair = tuple[ScoredComment, Scores | None]

log = structlog.get_logger()


@dataclass
class Findings:
    """What the engine of today would change: each comment with its new verdict.

    `same_engine` counts those that it judged already, `not_scored` those that it cannot score or
    that cannot be judged,
    `kept` those whose verdict would be milder only because something is not known any more:
    all of them keep their verdict. `more` says that the limit was reached.
    """

    rejudged: list[tuple[ScoredComment, Verdict]] = field(default_factory=list)
    same_engine: int = 0
    not_scored: int = 0
    kept: int = 0
    more: bool = False

    def add(self, others: "Findings") -> None:
        """Add what was found at other comments."""
        self.rejudged += others.rejudged
        self.not_scored += others.not_scored
        self.kept += others.kept

    def changed(self) -> list[tuple[ScoredComment, Verdict]]:
        """Return those whose action, labels or `discard` would be others."""
        return [pair for pair in self.rejudged if changes(pair[0].verdict, pair[1])]

    def actions(self) -> Counter[tuple[str, str]]:
        """Count (action before, action after)."""
        return Counter((item.verdict.action, verdict.action) for item, verdict in self.rejudged)


@dataclass(frozen=True)
class Judge:
    """By what comments are judged again. `half_life_days` is as in ScoringRuntime."""

    database: Database
    scorer: Scorer
    half_life_days: float = 90
    policies: PolicyShelf = field(default_factory=PolicyShelf)


def look_again(
    by: Judge,
    since: datetime,
    now: datetime,
    *,
    most: int,
    site_id: str | None,
    tell: Callable[[Findings], None] = lambda _: None,
) -> Findings:
    """Judge anew up to `most` comments submitted at `since` or later; write nothing.

    `tell` hears every page how far it is. Raises StoreUnavailable.
    """
    findings = Findings()
    for page in _pages(by.database, since, site_id):
        old = [item for item in page if _is_due(item, by.scorer)]
        findings.same_engine += len(page) - len(old)
        due = old[: most - len(findings.rejudged)]
        _judge(by, due, now, findings)
        tell(findings)
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


def _judge(by: Judge, items: Sequence[ScoredComment], now: datetime, findings: Findings) -> None:
    """Judge a page; one at which that fails, as it may have before, keeps its verdict."""

    def give_up(one: _Pair, error: Exception) -> list[Findings]:
        item, _ = one
        log.warning("comment_not_judged_again", comment=item.id, site=item.site_id, **told(error))
        return [Findings(not_scored=1)]

    scores = score_carefully(by.scorer, [item.comment.body for item in items])
    pairs = [*zip(items, scores, strict=True)]
    for found in apart(lambda some: [_judged(by, some, now)], pairs, give_up):
        findings.add(found)


def _judged(by: Judge, pairs: Sequence[_Pair], now: datetime) -> Findings:
    findings, items = Findings(), [item for item, _ in pairs]
    site_ids = {item.site_id for item in items}
    with by.database.read() as tx:
        policies, otherwise = by.policies.active(tx, site_ids), on_timeout_actions(tx, site_ids)
        spam = SpamShelf().models(tx, site_ids)
        known = known_then(tx, items, policies, now, by.half_life_days)
    engine = Engine.of(by.scorer)
    for item, found in pairs:
        if found is None or isinstance(item.comment, Unreadable):
            findings.not_scored += 1
            continue
        rules = SiteRules(policies.get(item.site_id), otherwise[item.site_id], spam[item.site_id])
        history = known.get(item.id, NOTHING_KNOWN)
        # Dated then, so that an account that was new is new; on record as of now.
        moment = moment_of(item)
        verdict = judge(item.comment, found, rules, engine=engine, now=moment, history=history)
        if verdict.decided_by == "fallback":  # no policy could be asked
            findings.not_scored += 1
        elif _lost_what_was_asked(item, verdict, rules, history):
            findings.kept += 1
        else:
            findings.rejudged.append((item, verdict.model_copy(update={"scored_at": now})))
    return findings


def _lost_what_was_asked(
    item: ScoredComment, verdict: Verdict, rules: SiteRules, history: History
) -> bool:
    """Whether a lost reason asked for more than the new verdict does: an action, or `discard`."""
    lost = _reasons_lost(item, verdict, rules, history)
    if any(STRICTNESS[verdict.action] < STRICTNESS[reason.action] for reason in lost):
        return True
    discarding = rules.active.rules_discarding() if rules.active else set()
    hidden = item.verdict.discard and not verdict.discard
    return hidden and any(reason.rule in discarding for reason in lost)


def _reasons_lost(
    item: ScoredComment, verdict: Verdict, rules: SiteRules, history: History
) -> list[Reason]:
    """Return the reasons of before that only what is not known any more has done away with.

    Those are of rules that ask for what may be forgotten, or for a score that today's scorer does
    not give (of a language that it does not read, none), and that would not match with the other
    scores of before either: where they would, it is the new scores that make the difference.
    """
    if rules.active is None or _severity(verdict) >= _severity(item.verdict):
        return []
    old, new = item.verdict.scores, verdict.scores
    ids = rules.active.rules_asking(FORGOTTEN_FACTS | (old.keys() - new.keys()))
    then = [reason for reason in item.verdict.reasons if reason.rule in ids]
    if not then:
        return []
    # The spam score is no scorer's: it is today's, from what is kept of addresses.
    scores = {name: new[name] if name == "spam" else old[name] for name in old.keys() & new.keys()}
    again = rules.active.policy.judge(item.comment, scores, history, moment_of(item))
    match_still = {reason.rule for reason in again.reasons}
    return [reason for reason in then if reason.rule not in match_still]


def _severity(verdict: Verdict) -> tuple[int, bool]:
    return STRICTNESS[verdict.action], verdict.discard
