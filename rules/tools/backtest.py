"""What a policy would have said of comments of the past, against what was said then."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from rules.comment import Comment
from rules.history import History
from rules.patterns import Watch, unwatched
from rules.policy import Policy
from rules.verdict import Action, Judgement

_MOST_EXAMPLES = 5
NO_RULE = "(no rule)"
"""Stands in a report for comments that changed because no rule matches them now."""


@dataclass(frozen=True)
class Past:
    """A comment of the past: its scores, what the policy of the day and what a person said of it.

    `decision` is what people left standing: `approve` or `reject` (spam counts as reject).
    """

    comment: Comment
    scores: dict[str, float]
    verdict: Action | None = None
    decision: Action | None = None
    history: History = field(default_factory=History)
    at: datetime | None = None

    @property
    def stood(self) -> bool:
        """Whether it was approved: by a person, else by the policy of the day."""
        return (self.decision or self.verdict) == "approve"


@dataclass
class RuleRecord:
    """What one rule would have done: how often it matched and decided, and against whom."""

    matched: int = 0
    decided: int = 0
    shadow: int = 0
    changed: int = 0
    against_people: int = 0
    examples: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Keep a text as an example, up to five."""
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(text)


@dataclass
class Report:
    """The outcome of a backtest. `moves` counts (said then, would say now)."""

    comments: int = 0
    changed: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: dict[str, RuleRecord] = field(default_factory=dict)
    held_rejected: int = 0
    held: int = 0
    missed: int = 0
    judged_by_people: int = 0

    @property
    def precision(self) -> float | None:
        """Of comments held or rejected now that people judged: the share that they rejected."""
        return self.held_rejected / self.held if self.held else None

    @property
    def recall(self) -> float | None:
        """Of comments that people rejected: the share that is held or rejected now."""
        rejected = self.held_rejected + self.missed
        return self.held_rejected / rejected if rejected else None


def _count_people(report: Report, past: Past, judgement: Judgement) -> None:
    if past.decision is None:
        return
    report.judged_by_people += 1
    rejected, held = past.decision == "reject", judgement.action != "approve"
    report.held += held
    report.held_rejected += held and rejected
    report.missed += rejected and not held


def _count_rules(report: Report, past: Past, judgement: Judgement, before: Action | None) -> None:
    changed = before is not None and before != judgement.action
    if changed and not judgement.reasons:
        record = report.rules.setdefault(NO_RULE, RuleRecord())
        record.changed += 1
        record.note(f"{before} -> {judgement.action}: {past.comment.body}")
    for reason in judgement.reasons:
        record = report.rules.setdefault(reason.rule, RuleRecord())
        record.matched += 1
        record.decided += reason.decided
        record.changed += changed and reason.decided
        record.against_people += past.decision == "approve" and reason.action != "approve"
        if changed and reason.decided:
            record.note(f"{before} -> {judgement.action}: {past.comment.body}")
    for reason in judgement.shadow:
        record = report.rules.setdefault(reason.rule, RuleRecord())
        record.shadow += 1
        record.note(past.comment.body)


def _before(past: Past, old: Policy | None) -> Action | None:
    if old is not None:
        return old.judge(past.comment, past.scores, past.history, past.at).action
    return past.verdict


def replay(
    policy: Policy, rows: Iterable[Past], old: Policy | None = None, watch: Watch = unwatched
) -> Iterator[Report]:
    """Return the report so far, after each row (the same object, growing): the last is the whole.

    What was said then is `old`'s judgement where a policy is given, else the row's verdict.
    Raises TooSlow as soon as `watch` does, which is asked for each row, too.
    """
    report = Report(rules={name: RuleRecord() for name in policy.rule_ids})
    yield report
    for past in rows:
        watch()
        judgement = policy.judge(past.comment, past.scores, past.history, past.at, watch)
        before = _before(past, old)
        changed = before is not None and before != judgement.action
        report.comments += 1
        report.changed += changed
        if before is not None:
            report.moves[before, judgement.action] += 1
        _count_people(report, past, judgement)
        _count_rules(report, past, judgement, before)
        yield report
