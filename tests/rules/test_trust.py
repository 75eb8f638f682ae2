"""The trust rules of the default policy, which WordPress users know: each can be switched on."""

import re

import pytest

from rules.comment import Author, Comment
from rules.history import History
from rules.loading.presets import preset
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
    assert many.reasons[0].message == "one of 5 variations by 5 authors in unknown hours"
