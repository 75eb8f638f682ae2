"""Trust in the presets: rules that WordPress users know, and how far the spam score is believed."""

import re

import pytest

from rules.comment import Author, Comment
from rules.history import History
from rules.loading.presets import preset, preset_names
from rules.policy import load_policy
from rules.verdict import Judgement

NAMED = Author(name="Ann", email="ann@home.example")
KNOWN = History(approved=3)


def judged(switched_on: str, comment: Comment, history: History = KNOWN) -> Judgement:
    rule = re.compile(rf"(- id: {switched_on}\n(?:    .*\n)*?    enabled: )false")
    source, count = rule.subn(r"\1true", preset("default"))
    assert count == 1
    return load_policy(source).judge(comment, {}, history)


@pytest.mark.parametrize(
    ("rule", "held", "history"),
    [
        ("first-comment", Comment(body="Thanks, that helped", author=NAMED), History(approved=0)),
        ("two-links", Comment(body="http://a.example http://b.example", author=NAMED), KNOWN),
        ("name-and-email", Comment(body="Thanks", author=Author(name="Ann")), KNOWN),
    ],
)
def test_a_trust_rule_holds_once_it_is_switched_on(
    rule: str, held: Comment, history: History
) -> None:
    off = load_policy(preset("default")).judge(held, {}, history)
    on = judged(rule, held, history)
    assert off.action == "approve"
    assert (on.action, [reason.rule for reason in on.reasons]) == ("review", [rule])


@pytest.mark.parametrize("rule", ["first-comment", "two-links", "name-and-email", "old-thread"])
def test_a_trust_rule_lets_known_authors_and_staff_pass(rule: str) -> None:
    assert judged(rule, Comment(body="Thanks, that helped", author=NAMED)).action == "approve"
    editor = Comment(body="See http://a.example and http://b.example", author=Author(role="editor"))
    assert judged(rule, editor, History()).action == "approve"


def test_the_rules_of_campaigns_are_in_force_from_the_first_day() -> None:
    advert = Comment(body="Watches at http://shop.example", author=NAMED)
    policy = load_policy(preset("default"))
    few = policy.judge(advert, {}, History(campaign_size=4, campaign_authors=5))
    many = policy.judge(advert, {}, History(campaign_size=5, campaign_authors=5))
    assert (few.action, many.action) == ("approve", "review")
    assert many.reasons[0].message == "one of 5 variations by 5 authors in 24 hours"


LIKELY = Comment(body="Our newsletter has photos: https://parish.example/news", author=NAMED)
TRAPPED = LIKELY.model_copy(update={"metadata": {"spam_signals": {"honeypot": "filled"}}})
SURE = {"spam": 1.0}


@pytest.mark.parametrize("name", preset_names())
@pytest.mark.parametrize("history", [KNOWN, KNOWN.model_copy(update={"spam_taught": 19})])
def test_no_preset_rejects_by_a_spam_score_that_nobody_here_taught(
    name: str, history: History
) -> None:
    assert load_policy(preset(name)).judge(LIKELY, SURE, history).action == "review"


@pytest.mark.parametrize("name", sorted({*preset_names()} - {"gaming"}))
@pytest.mark.parametrize(
    ("comment", "known"),
    [
        (LIKELY, {"spam_taught": 20}),
        (LIKELY, {"domain_spam_rate": 0.7}),
        (LIKELY, {"author_reputation": 0.2}),
        (TRAPPED, {}),
    ],
)
def test_a_preset_rejects_by_the_spam_score_where_people_or_a_trap_bear_it_out(
    name: str, comment: Comment, known: dict[str, float]
) -> None:
    judgement = load_policy(preset(name)).judge(comment, SURE, KNOWN.model_copy(update=known))
    assert judgement.action == "reject"
