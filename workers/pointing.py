"""Reasons that name the place a score comes from, where the scorer knows it."""

from rules.comment import Comment
from rules.verdict import Judgement, Match, Reason
from workers.scorers.places import places_of
from workers.scorers.protocol import Scores

TECHNIQUE = "score"  # how such a match was found, as `plain` or `leet` are for words


def point_out(judgement: Judgement, comment: Comment, scores: Scores) -> Judgement:
    """Return the judgement with matches for the scores that its reasons went by.

    Of several scores in one reason the highest is pointed at: in `threat >= 0.5 or insult >= 0.5`
    the other one is not why. A reason to approve has no culprit.
    """
    pointed = [_pointed(reason, comment, scores) for reason in judgement.reasons]
    if pointed == judgement.reasons:
        return judgement
    return judgement.model_copy(update={"reasons": pointed})


def _pointed(reason: Reason, comment: Comment, scores: Scores) -> Reason:
    placed = [name for name in reason.values if places_of(scores, name)]
    if reason.action == "approve" or not placed:
        return reason
    worst = max(placed, key=scores.__getitem__)
    matches = [
        Match(
            field="body",
            start=place.start,
            end=place.end,
            text=comment.body[place.start : place.end],
            term=worst,
            technique=TECHNIQUE,
            confidence=scores[worst],
        )
        for place in places_of(scores, worst)
    ]
    return reason.model_copy(update={"matches": [*reason.matches, *matches]})
