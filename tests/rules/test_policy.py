"""Rules together: who decides, what is on trial, what is said."""

import pytest

from rules.comment import Author, Comment, begun
from rules.errors import PolicyInvalid
from rules.loading.document import WordList
from rules.policy import Policy, load_policy
from rules.verdict import Judgement
from rules.wordlists import OwnList

BAD = Comment(body="what a pile of shit, see http://a.com")


def _policy(rules: str) -> Policy:
    return load_policy(f"name: test\nrules:\n{rules}")


def _judge(rules: str, **scores: float) -> Judgement:
    return _policy(rules).judge(BAD, scores)


REVIEW = "  - {id: review, when: toxicity > 0.5, labels: [a], priority: 5, queue: slow}\n"
REJECT = "  - {id: reject, when: spam > 0.5, action: reject, labels: [b, a], public_reason: No.}\n"
APPROVE = "  - {id: approve, when: text.words > 2, action: approve, labels: [c]}\n"


def test_the_strictest_action_wins_and_all_labels_are_given() -> None:
    judgement = _judge(APPROVE + REVIEW + REJECT, toxicity=0.9, spam=0.9)
    assert (judgement.action, judgement.labels) == ("reject", ["c", "a", "b"])
    assert [(r.rule, r.decided) for r in judgement.reasons] == [
        ("reject", True), ("approve", False), ("review", False),
    ]  # fmt: skip
    assert (judgement.priority, judgement.queue, judgement.public_reason) == (5, "slow", "No.")


@pytest.mark.parametrize(
    ("action", "reasons"),
    [
        ("approve", [("not-read-whole", True), ("any", False)]),
        ("review", [("any", True), ("not-read-whole", False)]),
        ("reject", [("any", True), ("not-read-whole", False)]),
    ],
)
def test_what_was_not_read_whole_is_not_approved(
    action: str, reasons: list[tuple[str, bool]]
) -> None:
    policy = _policy(f"  - {{id: any, when: text.words > 0, action: {action}}}\n")
    judgement = policy.judge(begun(BAD, "and more"), {})
    assert judgement.action == ("reject" if action == "reject" else "review")
    assert [(r.rule, r.decided) for r in judgement.reasons] == reasons
    assert policy.judge(begun(BAD, " \n"), {}) == policy.judge(BAD, {})


def test_of_equal_rules_the_first_decides() -> None:
    twice = REVIEW + REVIEW.replace("id: review", "id: second")
    assert _judge(twice, toxicity=0.9).reasons[0].rule == "review"


def test_without_a_match_the_policy_approves_or_does_as_it_says() -> None:
    assert _judge(REVIEW).action == "approve"
    assert load_policy("name: x\nrules: []\notherwise: review").judge(BAD, {}).action == "review"


def test_a_final_rule_ends_the_reading() -> None:
    final = APPROVE.replace("labels", "final: true, labels")
    assert _judge(final + REJECT, spam=0.9).action == "approve"
    assert _judge(REJECT + final, spam=0.9).action == "reject"


def test_a_shadow_rule_is_told_and_changes_nothing() -> None:
    judgement = _judge(REJECT.replace("labels", "shadow: true, labels") + APPROVE, spam=0.9)
    assert (judgement.action, judgement.labels) == ("approve", ["c"])
    assert [reason.rule for reason in judgement.shadow] == ["reject"]


def test_a_rule_that_is_switched_off_does_not_match() -> None:
    assert _judge(REJECT.replace("labels", "enabled: false, labels"), spam=1).action == "approve"


def test_an_exception_keeps_a_rule_from_matching() -> None:
    policy = _policy(REJECT.replace("labels", "unless: 'author.role == \"editor\"', labels"))
    editor = BAD.model_copy(update={"author": Author(role="editor")})
    assert policy.judge(BAD, {"spam": 0.9}).action == "reject"
    assert policy.judge(editor, {"spam": 0.9}).action == "approve"


def test_discard_comes_only_with_reject() -> None:
    discard = REJECT.replace("labels", "discard: true, labels")
    assert _judge(discard, spam=0.9).discard
    assert not _judge(REVIEW, toxicity=0.9).discard


def test_a_rule_that_was_held_back_discards_nothing() -> None:
    held = "  - {id: held, profanity: 1, action: reject, discard: true}\n"
    innocent = Comment(body="I saw a cock there")
    assert not _policy(held + REJECT).judge(innocent, {"spam": 0.9}).discard
    assert _policy(held + REJECT).judge(BAD, {"spam": 0.9}).discard


def test_a_reason_has_values_places_and_a_message_filled_in() -> None:
    rule = "  - {id: a, any_of: [{profanity: 1}, {links: 1}], message: '{links.count} link'}\n"
    reason = _judge(rule).reasons[0]
    assert reason.message == "1 link"
    assert reason.values == {"profanity.severity": 2, "links.count": 1}
    assert [(match.text, match.term) for match in reason.matches] == [
        ("shit", "shit"), ("http://a.com", "a.com"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("profanity: 2", "shit"),
        ("profanity: {severity: 1, tags: [insult]}", "moron"),
        ("profanity: 1", "shit, moron"),
        ("when: toxicity > 0.5", "shit, moron"),  # what it looked at is not the words
    ],
)
def test_a_message_names_the_words_that_its_rule_found(condition: str, said: str) -> None:
    policy = _policy(f"  - {{id: a, {condition}, message: '{{profanity.terms}}'}}\n")
    judgement = policy.judge(Comment(body="This is shit, you moron"), {"toxicity": 0.9})
    assert judgement.reasons[0].message == said


@pytest.mark.parametrize(
    ("when", "field", "text"),
    [
        ("contains(text, 'PILE')", "body", "pile"),
        ("starts_with(text, 'what a')", "body", "what a"),
        ("ends_with(author.url, '.example')", "author.url", ".example"),
        ("matches(author.name, 'b.t')", "author.name", "Bot"),
    ],
)
def test_a_text_that_a_condition_asks_for_is_told_where_it_stands(
    when: str, field: str, text: str
) -> None:
    author = Author(name="My Bot", url="https://a.example")
    policy = _policy(f"  - id: a\n    when: {when}\n")
    [match] = policy.judge(BAD.model_copy(update={"author": author}), {}).reasons[0].matches
    submitted = {"body": BAD.body, "author.name": author.name, "author.url": author.url}[field]
    assert (match.field, match.text) == (field, text)
    assert (submitted or "")[match.start : match.end] == text


def test_profanity_is_added_to_the_scores() -> None:
    assert _judge(APPROVE, toxicity=0.2).scores == {"toxicity": 0.2, "profanity": 0.9}


def test_judging_twice_says_the_same() -> None:
    policy = _policy(APPROVE + REVIEW)
    assert policy.judge(BAD, {"toxicity": 0.9}) == policy.judge(BAD, {"toxicity": 0.9})


OWN = """
name: own
lists:
  brands: {words: [acme, acme corp, widget*, "*coin"], except: [dogecoin, Widget Inc], severity: 3}
  names: {words: [admin], fields: [author.name], disguises: false}
  sites: {domains: [evil.com]}
  nets: {networks: [203.0.113.0/24]}
rules:
  - {id: brands, list: brands}
  - {id: names, list: names}
  - {id: sites, list: [sites, nets]}
"""


@pytest.mark.parametrize(
    ("body", "author", "rule", "text"),
    [
        ("Buy ACME now", {}, "brands", "ACME"),
        ("Buy a.c.m.e now", {}, "brands", "a.c.m.e"),
        ("from acme corp today", {}, "brands", "acme corp"),
        ("many widgets here", {}, "brands", "widget"),
        ("of Widget Inc: widgets", {}, "brands", "widget"),
        ("buy bitcoin", {}, "brands", "coin"),
        ("hi", {"name": "admin"}, "names", "admin"),
        ("http://www.evil.com/x", {}, "sites", "http://www.evil.com/x"),
        ("http://sub.evil.com", {}, "sites", "http://sub.evil.com"),
        ("hi", {"ip": "203.0.113.9"}, "sites", "203.0.113.9"),
    ],
)
def test_a_policys_own_lists_match(body: str, author: dict[str, str], rule: str, text: str) -> None:
    comment = Comment.model_validate({"body": body, "author": author})
    reason = load_policy(OWN).judge(comment, {}).reasons[0]
    assert (reason.rule, reason.matches[0].text) == (rule, text)


@pytest.mark.parametrize(
    ("body", "author"),
    [
        ("buy dogecoin", {}),
        ("the Widget Inc. team", {}),
        ("placebo acmeist", {}),
        ("admin", {}),
        ("hi", {"name": "adm1n"}),
        ("http://notevil.com", {}),
        ("hi", {"ip": "198.51.100.1"}),
        ("hi", {"ip": "no address"}),
    ],
)
def test_a_policys_own_lists_leave_alone_what_they_do_not_name(
    body: str, author: dict[str, str]
) -> None:
    comment = Comment.model_validate({"body": body, "author": author})
    assert load_policy(OWN).judge(comment, {}).reasons == []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("casino", "a [b]casino[/b]"),
        ("casino", "¡casino!"),
        ("casino", "Casino™ and more"),
        ("casino", "casino®"),
        ("don't", "I don’t"),
        ("free money", "free\xa0money"),
        ("café", "Cafe\u0301"),
        ("हिन्दी", "मेरी हिन्दी है"),
    ],
)
def test_a_word_is_undisguised_however_editors_write_it(word: str, text: str) -> None:
    [hit] = OwnList("", WordList(words=[word], disguises=False)).hits(text)
    assert hit.technique == "plain"
    assert text[hit.start : hit.end].casefold()[:3] == word[:3]


def test_an_own_list_can_count_as_profanity() -> None:
    policy = load_policy(
        "name: x\nlists: {house: {words: [frak], profanity: true}}\nrules: [{id: a, profanity: 2}]"
    )
    judgement = policy.judge(Comment(body="oh fr@k"), {})
    assert (judgement.action, judgement.scores["profanity"]) == ("review", 0.9)


def test_a_policy_with_an_error_is_refused_whole() -> None:
    with pytest.raises(PolicyInvalid) as refused:
        load_policy("name: x\nrules:\n  - {id: a, when: toxicity > 0.5}\n  - {id: b, when: nope}\n")
    assert [(p.line, p.severity) for p in refused.value.problems] == [(4, "error")]


def test_a_word_of_ones_own_list_is_found_before_the_end_of_a_line() -> None:
    policy = load_policy(
        "name: x\nlists: {games: {words: [casino]}}\nrules: [{id: a, list: games, action: review}]"
    )
    assert policy.judge(Comment(body="casino-\nroyale"), {}).action == "review"
