"""How several matching rules make one judgement.

The strictest action wins: reject before review before approve. Of rules with the same action the
first in the file decides. All labels of matching rules are given; the highest priority counts; the
queue and the public reason are the deciding rule's, or else the first that has one. `final: true`
ends the reading of the file. A word that may be innocent never rejects by itself: a rule that
rejects only because of such words asks for review instead.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.comment import Beginning, Comment
from rules.facts.registry import Facts
from rules.rule import CompiledRule
from rules.verdict import Action, Judgement, Reason

STRICTNESS: dict[Action, int] = {"approve": 0, "review": 1, "reject": 2}
NOT_READ_WHOLE = "not-read-whole"
_UNREAD = Reason(
    rule=NOT_READ_WHOLE,
    action="review",
    message="Only the beginning is here: the comment is longer than TACTFUL_MAX_BODY_BYTES."
    " Read the rest where it was written.",
)


@dataclass(frozen=True)
class Matched:
    """A rule that matched, with its reason and the action it asks for."""

    rule: CompiledRule
    reason: Reason


def _matched(rule: CompiledRule, facts: Facts, sure: Facts | None) -> Matched:
    reason = rule.reason(facts)
    if reason.action == "reject" and sure is not None and not rule.applies(sure):
        values = {**reason.values, "held_back": "the word found may be innocent"}
        reason = reason.model_copy(update={"action": "review", "values": values})
    return Matched(rule, reason)


def matching(
    rules: Iterable[CompiledRule], facts: Facts, sure: Facts | None
) -> tuple[list[Matched], list[Reason]]:
    """Rules that match in order of the file up to a final one, and reasons of those on trial.

    `sure` are the facts without words that may be innocent, None when there are no such words.
    """
    found: list[Matched] = []
    trial: list[Reason] = []
    for rule in rules:
        if not rule.applies(facts):
            continue
        matched = _matched(rule, facts, sure)
        if rule.given.shadow:
            trial.append(matched.reason)
            continue
        found.append(matched)
        if rule.given.final:
            break
    return found, trial


def _labels(found: list[Matched]) -> list[str]:
    return list(dict.fromkeys(label for matched in found for label in matched.rule.given.labels))


def combine(
    found: list[Matched], trial: list[Reason], otherwise: Action, scores: dict[str, float]
) -> Judgement:
    """Return the judgement of all matching rules together."""
    if not found:
        return Judgement(action=otherwise, labels=[], scores=scores, reasons=[], shadow=trial)
    deciding = max(found, key=lambda matched: STRICTNESS[matched.reason.action])
    action = deciding.reason.action
    ordered = [deciding, *(matched for matched in found if matched is not deciding)]
    return Judgement(
        action=action,
        discard=any(m.rule.given.discard and m.reason.action == "reject" for m in found),
        labels=_labels(found),
        scores=scores,
        reasons=[
            matched.reason.model_copy(update={"decided": matched is deciding})
            for matched in ordered
        ],
        shadow=trial,
        queue=next((m.rule.given.queue for m in ordered if m.rule.given.queue), None),
        priority=max(matched.rule.given.priority for matched in found),
        public_reason=next(
            (m.rule.given.public_reason for m in ordered if m.rule.given.public_reason), None
        ),
    )


def at_least(judgement: Judgement, reason: Reason) -> Judgement:
    """Return a judgement that is no milder than what `reason` asks for.

    The reason comes first only where it decides: no rule asks for as much.
    """
    action = max(judgement.action, reason.action, key=STRICTNESS.__getitem__)
    rules = judgement.reasons
    decided = action == reason.action and (action != judgement.action or not rules)
    if decided:
        rules = [rule.model_copy(update={"decided": False}) for rule in rules]
    reason = reason.model_copy(update={"decided": decided})
    reasons = [reason, *rules] if decided else [*rules, reason]
    return judgement.model_copy(update={"action": action, "reasons": reasons})


def hold_unread(judgement: Judgement, comment: Comment) -> Judgement:
    """Return the judgement, by which no comment is approved of which only a part was read."""
    return at_least(judgement, _UNREAD) if isinstance(comment, Beginning) else judgement
