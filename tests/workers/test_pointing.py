from rules.comment import Comment
from rules.policy import load_policy
from rules.verdict import Verdict
from tests.conftest import NOW
from tests.workers.fakes import FakeScorer
from workers.judging import Engine, SiteRules, judge
from workers.pointing import point_out
from workers.policies import active_policy
from workers.scorers.places import Place, PlacedScores
from workers.scorers.protocol import Scores

POLICY = """
name: pointed
rules:
  - id: toxic
    when: toxicity >= 0.8 or threat >= 0.5
    action: review
    message: "toxicity {toxicity}"
  - id: calm
    when: threat < 0.5
    action: approve
    message: "no threat"
"""
BODY = "😡 a long preamble, and then the abuse"
PLACES = {"toxicity": [Place(30, 38)], "threat": [Place(0, 1)]}


def verdict_of(scores: Scores) -> Verdict:
    rules = SiteRules(active_policy(load_policy(POLICY), version=1), on_timeout="review")
    comment = Comment(body=BODY)
    return judge(comment, scores, rules, engine=Engine(FakeScorer.engine), now=NOW)


def test_a_reason_names_the_place_of_the_score_it_went_by() -> None:
    verdict = verdict_of(PlacedScores({"toxicity": 0.9, "threat": 0.1}, PLACES))
    (match,) = verdict.reasons[0].matches
    assert (match.field, match.start, match.end, match.term) == ("body", 30, 38, "toxicity")
    assert match.text == BODY[30:38]


def test_a_reason_to_approve_points_at_nothing() -> None:
    verdict = verdict_of(PlacedScores({"toxicity": 0.9, "threat": 0.1}, PLACES))
    assert [reason.matches for reason in verdict.reasons if reason.rule == "calm"] == [[]]


def test_scores_without_places_change_nothing() -> None:
    plain = verdict_of({"toxicity": 0.9, "threat": 0.1})
    assert plain.reasons[0].matches == []
    assert point_out(plain, Comment(body=BODY), {"toxicity": 0.9}) is plain
