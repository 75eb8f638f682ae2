"""Examples, backtests, differences and imports."""

import pytest

from rules.comment import Comment, Thread
from rules.importers.automoderator import import_automoderator
from rules.importers.discourse import import_discourse
from rules.importers.imported import Imported
from rules.importers.wordpress import import_wordpress
from rules.loading.lint import lint
from rules.loading.presets import preset, preset_names
from rules.policy import load_policy
from rules.tools.backtest import Past, Report, replay
from rules.tools.diff import diff
from rules.tools.examples import run_examples
from rules.verdict import Action

STRICT = load_policy("name: a\nrules: [{id: hot, when: toxicity > 0.5, action: reject}]")
MILD = load_policy("name: b\nrules: [{id: hot, when: toxicity > 0.9}, {id: new, links: 1}]")


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_keeps_its_own_examples(name: str) -> None:
    outcomes = list(run_examples(load_policy(preset(name))))
    assert len(outcomes) >= 5
    assert [outcome.faults for outcome in outcomes if not outcome.passed] == []


def test_a_failing_example_says_what_happened_and_in_which_line() -> None:
    policy = load_policy(
        "name: x\nrules:\n  - {id: a, links: 1}\nexamples:\n"
        "  - {text: see http://a.com, expect: approve, rule: a}\n"
        "  - {text: x, expect: approve, author: {nme: Ann}}\n"
    )
    first, second = run_examples(policy)
    assert (first.line, first.faults) == (5, ["expected approve, got review by rule a"])
    assert second.faults[0].startswith("this is no comment: author.nme")


def _replayed(*rows: Past, old: bool = False) -> Report:
    *_, report = replay(MILD, rows, STRICT if old else None)
    return report


def _past(toxicity: float, verdict: Action | None, decision: Action | None = None) -> Past:
    return Past(Comment(body=f"text {toxicity}"), {"toxicity": toxicity}, verdict, decision)


def test_a_backtest_counts_what_would_change_by_rule() -> None:
    report = _replayed(_past(0.95, "reject"), _past(0.7, "reject"), _past(0.1, "approve"))
    assert (report.comments, report.changed) == (3, 2)
    assert report.moves["reject", "review"] == 1
    assert report.moves["reject", "approve"] == 1
    hot = report.rules["hot"]
    assert (hot.matched, hot.decided, hot.changed, hot.examples) == (
        1,
        1,
        1,
        ["reject -> review: text 0.95"],
    )
    assert report.rules["new"].matched == 0


def test_a_backtest_is_measured_against_people() -> None:
    report = _replayed(
        _past(0.95, "reject", "reject"),
        _past(0.95, "reject", "approve"),
        _past(0.6, "reject", "reject"),
    )
    assert (report.precision, report.recall) == (0.5, 0.5)
    assert report.rules["hot"].against_people == 1


def test_a_backtest_can_compare_two_policies() -> None:
    assert _replayed(_past(0.7, None), old=True).moves["reject", "approve"] == 1


def test_a_backtest_of_nothing_is_a_report_of_nothing() -> None:
    report = _replayed()
    assert (report.comments, report.precision, report.recall) == (0, None, None)


def test_a_difference_is_told_rule_by_rule() -> None:
    assert [str(change) for change in diff(STRICT, MILD)] == [
        "~ name: a → b",
        "~ rule hot: when: 'toxicity > 0.5' → 'toxicity > 0.9'; action: 'reject' → None",
        "+ rule new: action review",
    ]
    assert diff(MILD, MILD) == []


def test_a_difference_of_lists_names_the_words() -> None:
    one = load_policy("name: x\nlists: {a: {words: [p, q]}}\nrules: []")
    other = load_policy("name: x\nlists: {a: {words: [q, r]}, b: {words: [s]}}\nrules: []")
    assert [str(change) for change in diff(one, other)] == ["~ list a: +r -p", "+ list b: 1 words"]
    severe = load_policy("name: x\nlists: {a: {words: [p, q], severity: 3}}\nrules: []")
    assert [str(change) for change in diff(one, severe)] == ["~ list a: severity: 2 → 3"]


def _judged(imported: Imported, **comment: object) -> str:
    policy = load_policy(imported.policy)
    return policy.judge(Comment.model_validate(comment, strict=False), {}).action


def test_wordpress_moderation_keys_become_a_policy() -> None:
    imported = import_wordpress("viagra\n203.0.113.7\nhttp://spam.com\n\n***\nbuy now\n", links=2)
    assert _judged(imported, body="cheap Viagra") == "review"
    assert _judged(imported, body="please buy now") == "review"
    assert _judged(imported, body="x", author={"ip": "203.0.113.7"}) == "review"
    assert _judged(imported, body="http://a.spam.com") == "review"
    assert _judged(imported, body="http://a.com http://b.com") == "review"
    assert _judged(imported, body="WordPress") == "approve"
    assert imported.notes[0].startswith("line 5: ")


def test_a_wordpress_key_of_one_letter_and_a_star_holds_not_every_comment_with_it() -> None:
    imported = import_wordpress("A*\nviagra*\n")
    assert [problem.message[:7] for problem in lint(imported.policy)] == ["no rule"]
    assert _judged(imported, body="a cheap one") == "approve"
    assert _judged(imported, body="cheap viagra") == "review"
    assert imported.notes[0].startswith("line 1: ")


def test_discourse_watched_words_become_a_policy() -> None:
    imported = import_discourse(
        "word,replacement,action\nfoo,,block\nbar*,,require_approval\nx,y,replace\n"
    )
    assert _judged(imported, body="so foo") == "reject"
    assert _judged(imported, body="barely") == "review"
    assert _judged(imported, body="x") == "approve"
    assert "line 4: action `replace`" in imported.notes[0]


AUTOMODERATOR = """---
title+body (regex): ["foo(?=x)", "ba+r"]
author: {account_age: "< 2 days", comment_karma: "< 5"}
action: filter
action_reason: "new {{match}}"
---
body (includes): [shill]
~body: [honestly]
action: remove
---
domain: [bit.ly]
action: spam
---
set_flair: x
"""


def test_automoderator_rules_become_a_policy() -> None:
    imported = import_automoderator(AUTOMODERATOR)
    new = {"created_at": "2026-11-24T00:00:00Z"}
    posted = "2026-11-24T12:00:00Z"
    assert _judged(imported, body="baaar", author=new, posted_at=posted) == "review"
    assert (
        _judged(imported, body="baaar", author=new, posted_at="2027-01-01T00:00:00Z") == "approve"
    )
    assert _judged(imported, body="what shilling") == "reject"
    assert _judged(imported, body="what shilling, honestly") == "approve"
    assert _judged(imported, body="http://bit.ly/x") == "reject"
    assert any("look-ahead" in note for note in imported.notes)
    assert any("comment_karma" in note for note in imported.notes)


def test_what_is_no_yaml_is_no_automoderator_rule() -> None:
    with pytest.raises(ValueError, match="not YAML"):
        import_automoderator("a: [")


def test_automoderators_title_and_body_are_both_looked_at() -> None:
    imported = import_automoderator("title+body (includes): [foo]\naction: filter\n")
    policy = load_policy(imported.policy)
    titled = Comment(body="Hello", thread=Thread(title="all about foobar"))
    assert policy.judge(titled, {}).action == "review"
    assert policy.judge(Comment(body="Hello"), {}).action == "approve"
