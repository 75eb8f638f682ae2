"""Examples in the policy file: what the policy must say of a text, and whether it does."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import ValidationError

from rules.comment import Comment
from rules.history import History
from rules.loading.document import Example
from rules.patterns import TooSlow, Watch, unwatched
from rules.policy import Policy
from rules.verdict import Judgement, Value

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""When examples are posted that do not say when: a fixed time, so that they always say the same."""


class Outcome(Value):
    """What became of one example; `faults` is empty when it passed. `line` counts from 1."""

    line: int
    text: str
    expected: str
    faults: list[str]
    judgement: Judgement | None = None

    @property
    def passed(self) -> bool:
        """Whether the policy said what the example expects."""
        return not self.faults


def _comment(example: Example) -> Comment:
    given = {**example.comment, "body": example.text}
    if example.author:
        given["author"] = example.author
    return Comment.model_validate(given, strict=False)


def _deciding(judgement: Judgement) -> str | None:
    return next((reason.rule for reason in judgement.reasons if reason.decided), None)


def _faults(example: Example, judgement: Judgement) -> list[str]:
    faults: list[str] = []
    decided = _deciding(judgement)
    if judgement.action != example.expect:
        why = f" by rule {decided}" if decided else ", no rule matched"
        faults.append(f"expected {example.expect}, got {judgement.action}{why}")
    if example.rule is not None and decided != example.rule:
        faults.append(f"expected rule {example.rule} to decide, got {decided or 'none'}")
    return faults


def _run(policy: Policy, example: Example, line: int, watch: Watch) -> Outcome:
    try:
        comment = _comment(example)
        history = History.model_validate(example.history)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        faults = [f"this is no comment: {place}: {first['msg']}"]
        return Outcome(line=line, text=example.text, expected=example.expect, faults=faults)
    try:
        judgement = policy.judge(comment, example.scores, history, _NOON, watch)
    except TooSlow:
        faults = ["there was no time left for it"]
        return Outcome(line=line, text=example.text, expected=example.expect, faults=faults)
    faults = _faults(example, judgement)
    return Outcome(
        line=line, text=example.text, expected=example.expect, faults=faults, judgement=judgement
    )


def run_examples(policy: Policy, watch: Watch = unwatched) -> Iterator[Outcome]:
    """Return the outcome of every example of a policy, in order of the file.

    `watch` is as `Policy.judge` has it; an example that it leaves no time for fails.
    """
    compiled = policy.compiled
    for example, line in zip(compiled.document.examples, compiled.example_lines, strict=True):
        yield _run(policy, example, line, watch)
