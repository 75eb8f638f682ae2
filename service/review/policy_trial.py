"""A policy on trial: what is wrong with it, its examples, and the last comments judged by it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice

from rules.errors import PolicyInvalid, Problem
from rules.loading.lint import lint
from rules.patterns import TooSlow, Watch
from rules.policy import Policy, load_policy
from rules.tools.backtest import Report, replay
from rules.tools.diff import Change, diff
from rules.tools.examples import Outcome, run_examples
from service.console.past_rows import stored_rows
from service.review.visits import Visit
from store.newest import since_newest

PAST = 1_000  # comments that a policy is tried on
TRIAL_SECONDS = 10.0  # for all of them together
EXAMPLES_SECONDS = 2.0  # for all of a policy's own examples: they are tried as one types


@dataclass(frozen=True)
class Trial:
    """What came of it. `report` is None where no comments were tried, or none can be.

    `stopped` says that there was no time for all of them.
    """

    problems: Sequence[Problem]
    examples: Sequence[Outcome] = ()
    changes: Sequence[Change] = ()
    report: Report | None = None
    stopped: bool = False
    errors: int = field(init=False)

    def __post_init__(self) -> None:
        errors = sum(problem.severity == "error" for problem in self.problems)
        object.__setattr__(self, "errors", errors)

    @property
    def failed(self) -> Sequence[Outcome]:
        """The examples that say otherwise than the policy."""
        return [outcome for outcome in self.examples if not outcome.passed]


def check(source: str) -> Trial:
    """Return what is wrong with a policy text, and how its examples fare."""
    problems = lint(source)
    policy = loaded(source)
    if policy is None:
        return Trial(problems)
    return Trial(problems, list(run_examples(policy, _watch(EXAMPLES_SECONDS))))


def try_out(visit: Visit, source: str, active: str) -> Trial:
    """Check a policy, compare it with the active one, and judge the last PAST comments by it."""
    trial, policy, old = check(source), loaded(source), loaded(active)
    if policy is None:
        return trial
    changes = diff(old, policy) if old else []
    place = ("trial", visit.site.id)  # a site has one trial at a time, so not all threads
    with visit.context.long_waits.up_to(TRIAL_SECONDS, only=place) as seconds:
        report, stopped = _replayed(visit, policy, _watch(seconds))
    return Trial(trial.problems, trial.examples, changes, report, stopped)


def loaded(source: str) -> Policy | None:
    """Return the policy of a text that has no error."""
    try:
        return load_policy(source)
    except PolicyInvalid:
        return None


def _watch(seconds: float) -> Watch:
    until = time.monotonic() + seconds

    def look() -> bool:
        if time.monotonic() >= until:
            raise TooSlow
        return True

    return look


def _replayed(visit: Visit, policy: Policy, watch: Watch) -> tuple[Report, bool]:
    """Return the report, and whether it was stopped before its end."""
    since = visit.read(lambda tx: since_newest(tx, visit.site.id, PAST))
    until = visit.now + timedelta(seconds=1)
    past = islice(stored_rows(visit.context.database, visit.site.id, since, until), PAST)
    report = Report()
    try:
        for current in replay(policy, past, watch=watch):
            report = current
    except TooSlow:
        return report, True
    return report, False
