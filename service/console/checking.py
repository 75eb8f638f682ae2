"""Judging texts without a database: what `tactful check` does between its input and its output."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rules.comment import Comment
from rules.errors import PolicyInvalid
from rules.loading.presets import preset
from rules.policy import load_policy
from rules.verdict import Verdict
from service.console.check_input import Unreadable
from service.console.text_files import read_text_file
from service.faults import Fault
from workers.careful_scoring import score_carefully
from workers.judging import Engine, SiteRules, judge
from workers.policies import ActivePolicy, active_policy
from workers.scorers.protocol import Scorer

BATCH = 64


@dataclass(frozen=True)
class Judged:
    """A comment and its verdict."""

    comment: Comment
    verdict: Verdict


def policy_to_check(path: Path | None) -> ActivePolicy:
    """Return the policy in a file, or the default one; raise Fault that says what is wrong."""
    name = str(path) if path else "the default policy"
    try:
        policy = load_policy(read_text_file(path) if path else preset("default"))
    except PolicyInvalid as error:
        lines = "\n".join(f"{name}:{problem}" for problem in error.problems)
        raise Fault(f"this policy cannot be used\n{lines}") from error
    return active_policy(policy, version=0)


def judge_all(
    items: Iterable[Comment | Unreadable], active: ActivePolicy, scorer: Scorer
) -> Iterator[Judged | Unreadable]:
    """Judge comments in batches, in order; what is unreadable comes out at its place."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        verdicts = iter(_judge([i for i in batch if isinstance(i, Comment)], active, scorer))
        for item in batch:
            yield Judged(item, next(verdicts)) if isinstance(item, Comment) else item


def _judge(comments: Sequence[Comment], active: ActivePolicy, scorer: Scorer) -> Iterator[Verdict]:
    now, rules = datetime.now(UTC), SiteRules(active, on_timeout="review")
    scores = score_carefully(scorer, [comment.body for comment in comments])
    for comment, found in zip(comments, scores, strict=True):
        yield judge(comment, found, rules, engine=Engine.of(scorer), now=now)
