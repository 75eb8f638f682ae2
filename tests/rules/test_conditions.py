"""The language of conditions: what it means, and what it refuses."""

import json
from datetime import UTC, datetime

import pytest

from rules.comment import Author, Comment, Thread
from rules.errors import PolicyInvalid, Problem
from rules.history import History
from rules.loading.lint import lint
from rules.policy import load_policy

NOW = datetime(2026, 11, 24, 22, tzinfo=UTC)
COMMENT = Comment(
    body="Hello WORLD, see https://www.example.com/a and bit.ly/x",
    author=Author(
        name="Ann", role="subscriber", ip="10.1.2.3", email="ann@mailinator.com",
        created_at=datetime(2026, 11, 22, 22, tzinfo=UTC),
    ),
    thread=Thread(title="Bridges", published_at=datetime(2026, 11, 14, 22, tzinfo=UTC)),
)  # fmt: skip
SCORES = {"toxicity": 0.7, "spam": 0.1}
PAST = History(approved=3, rejected=1, flood_similar=0)
RULE = "name: x\nrules:\n  - id: a\n    when: {}\notherwise: review\n"


def _matches(expression: str) -> bool:
    policy = load_policy(f"name: x\nrules:\n  - id: a\n    when: >-\n      {expression}\n")
    return policy.judge(COMMENT, SCORES, PAST, NOW).action == "review"


def _problem(expression: str) -> Problem:
    quoted = json.dumps(expression) if expression[0] in "[('" else expression
    return lint(RULE.format(quoted))[0]


@pytest.mark.parametrize(
    "expression",
    [
        "toxicity > 0.5",
        "0.5 < toxicity <= 0.7",
        "toxicity > 0.5 and not spam > 0.5",
        "toxicity + spam > 0.79",
        "toxicity * 2 - 0.4 > 0.9",
        "-toxicity < 0",
        'author.role in ["subscriber", "guest"]',
        'author.role not in ["editor"]',
        '"example.com" in links.domains',
        "time.hour in [22, 23]",
        'contains(text, "world")',
        'starts_with(text, "hello")',
        'ends_with(author.email, "MAILINATOR.COM")',
        'not contains(text, "👩\u200d💻") and not contains(text, "می\u200cخواهم")',
        'not contains(text, "a\u00a0b")',
        'lower(author.name) == "ann"',
        "length(links.domains) == 2",
        'any_in(links.domains, ["bit.ly", "t.co"])',
        'in_cidr(author.ip, ["10.0.0.0/8", "::1"])',
        'in_cidr("::ffff:10.1.2.3", ["10.0.0.0/8"])',
        'in_cidr("fe80::1%eth0", ["fe80::/10"])',
        "min(toxicity, spam) == 0.1",
        "max(toxicity, spam) == 0.7",
        "abs(spam - toxicity) > 0.5",
        "author.disposable_email",
        "author.age_days == 2",
        "thread.age_days == 10",
        'thread.title == "Bridges"',
        "links.shorteners == 1",
        "author.approved_count == 3",
        "flood.similar == 0",
        "time.weekday == 2",
        "known(spam)",
        "not known(insult)",
        "default(insult, 0) == 0",
        'pattern("w[o0]rld")',
        'matches(author.name, "^a.n$")',
        'not matches(thread.title, "x")',
        'text.language == "en" or not known(text.language)',
        "1 / (toxicity - 0.7) > 1 or toxicity > 0.5",
    ],
)
def test_an_expression_that_is_true(expression: str) -> None:
    assert _matches(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "insult > 0.5",
        "not insult > 0.5",
        "insult < 0.5",
        "insult == 0",
        "toxicity > 0.5 and insult > 0.5",
        "author.spam_count >= 0",
        "author.user_agent == 'x'",
        "not matches(author.url, 'x')",
        "1 / (toxicity - 0.7) > 1",
    ],
)
def test_a_fact_that_is_not_known_matches_nothing(expression: str) -> None:
    assert not _matches(expression)


def test_what_is_not_known_does_not_spoil_an_or() -> None:
    assert _matches("insult > 0.5 or toxicity > 0.5")


@pytest.mark.parametrize(
    ("expression", "column", "message", "hint"),
    [
        ("toxicty > 0.5", 11, "there is no fact `toxicty`", "did you mean `toxicity`?"),
        ("author.aproved_count > 1", 11, "there is no fact", "`author.approved_count`"),
        ("toxicity > 0.5 and insul > 1", 30, "there is no fact `insul`", "`insult`"),
        ('toxicity > "high"', 11, "cannot compare a number with a text", ""),
        ("toxicity", 11, "this is a number, not true or false", "compare it"),
        ("author.role > 1", 11, "cannot compare a text with a number", ""),
        ("author.role + 1 > 1", 11, "`+` needs numbers", ""),
        ("frobnicate(1)", 11, "there is no function `frobnicate`", ""),
        ("contans(text, 'a')", 11, "there is no function `contans`", "did you mean `contains`?"),
        ("contains(text)", 11, "takes 2 arguments", ""),
        ("contains(text, 1)", 11, "argument 2 of contains() must be text", ""),
        ("in_cidr(author.ip, ['10.0.0.0/99'])", 11, "is no network", ""),
        ("list('nope')", 11, "there is no list `nope`", ""),
        ("pattern('(?=a)')", 11, "pattern", "look-ahead"),
        ("matches(author.name, '(a')", 33, "missing )", ""),
        ("matches(author.name)", 11, "matches() takes a text and a pattern", ""),
        ("pattern('(a{1000}){1000}')", 11, "pattern", ""),
        ("text.words in [text.lines]", 25, "only texts or numbers", ""),
        ("toxicity = 0.5", 11, "", "`==`"),
        ("(lambda: 1)()", 11, "only a fact's name", ""),
        ("text.__class__ == 1", 11, "there is no fact", ""),
        ("[x for x in text]", 11, "`ListComp` is not part of the language", ""),
        ("toxicity is None", 11, "`is` is not part", "known(fact)"),
        ("toxicity > 0,5", 11, "only texts or numbers", "write 0.5"),
        ("toxicity > 0,5 and spam > 0.5", 11, "only texts or numbers", "write 0.5"),
        ("spam > 0.5 and (toxicity > 0,85)", 11, "only texts or numbers", "write 0.85"),
        (r'contains(text, "a\tb")', 11, "no tab, line end or other control character", ""),
        (r'contains(text, "\ud800")', 11, "control character", ""),
        ("toxicity > 0.5)", 25, "unmatched ')'", ""),
        ("toxicity > 0.5) or (insult > 0.5", 25, "unmatched ')'", ""),
        ("contains(text, ')')) or known(insult)", 30, "unmatched ')'", ""),
        ("toxicity > 0.5]", 25, "unmatched ']'", ""),
        ("toxicity > 0.5 spam", 26, "`and` or `or` is missing before `spam`", ""),
        ("toxicity > 0.5 && spam > 0.5", 26, "`&&` is not", "write `and`"),
        ("toxicity > 0.5 OR spam > 0.5", 26, "`OR` is not", "write `or`"),
        ("toxicity => 0.5", 20, "`=>` is not", "write `>=`"),
        ("toxicity > 80%", 24, "`%` is not", "0.8 for 80 %"),
        ("author.role == editor", 26, "there is no fact `editor`", 'in quotes: "editor"'),
        ("author.approved_count > '3'", 11, "cannot compare", "write 3 without quotes"),
        ("(toxicity > 0.5", 12, "'(' was never closed", ""),
        ("known('author.role')", 11, "takes a fact's name, without quotes", ""),
        ("known(3) and known(spam)", 11, "takes a fact's name, without quotes", ""),
        ("default('author.role', 'x') == 'x'", 11, "takes a fact's name, without quotes", ""),
        ("toxicity / 0 > 1", 11, "divided by 0", ""),
        ("contains(text, '')", 11, "is empty", ""),
        ("starts_with(text, '')", 11, "is empty", ""),
        ("ends_with(author.name, '')", 11, "is empty", ""),
        ("author.role in 'editor'", 11, "a part of a text", 'write a list: ["editor"]'),
        ("author.role not in ('editor')", 11, "a part of a text", 'write a list: ["editor"]'),
    ],
)
def test_a_faulty_expression_is_refused_with_place_and_hint(
    expression: str, column: int, message: str, hint: str
) -> None:
    problem = _problem(expression)
    assert (problem.line, problem.severity) == (4, "error")
    assert message in problem.message
    assert hint in (problem.hint or "")
    if expression[0] not in "[(" and problem.message.startswith(
        ("there is no", "cannot", "unmatched")
    ):
        assert problem.column == column


@pytest.mark.parametrize(
    "expression",
    [
        "toxicity > 1",
        "toxicity < 0",
        "toxicity > 0.8 and toxicity < 0.3",
        "text.length < 0",
        "1 > 2",
        "author.role in []",
        "toxicity > 0.5 and False",
        "profanity.severity >= 4",
        "links.count > 2 and links.count < 3",
        "text.words == 1.5",
        "toxicity > 0.5 and not toxicity > 0.5",
        "author.role == 'a' and author.role in ['b', 'c']",
        "toxicity + spam > 2",
        "toxicity * 100 > 100",
        "max(toxicity, spam) > 1",
        "length(text) < 0",
        "text.language == 'english'",
        "'WWW.Example.com' in links.domains",
        "time.hour in [24, 25]",
        "toxicity != toxicity",
        "any_in(links.domains, ['www.bit.ly', 'Bit.ly'])",
        "known(spam) or any_in(['Bit.ly'], links.domains)",
    ],
)
def test_a_condition_that_can_never_be_true_is_warned_of(expression: str) -> None:
    problem = _problem(expression)
    assert problem.severity == "warning"
    assert "can never be true" in problem.message


@pytest.mark.parametrize(
    "expression",
    [
        "text.length >= 0",
        "1 < 2",
        "profanity <= 1",
        "text.length > 5 or text.length <= 5",
        "known(text)",
        "pattern('x*')",
        "links.count + 1 > 0",
    ],
)
def test_a_condition_that_is_always_true_is_warned_of(expression: str) -> None:
    assert "is always true" in _problem(expression).message


def test_whole_numbers_between_two_bounds_are_no_never() -> None:
    when = "text.words > 0.5 and text.words < 1.5"
    assert lint(RULE.format(when)) == []


def test_a_score_is_not_always_there_so_its_whole_range_is_no_always() -> None:
    assert lint("name: x\nrules:\n  - id: a\n    when: toxicity >= 0\n") == []


def test_an_expression_that_is_nested_too_deeply_is_refused() -> None:
    assert "nested" in _problem("not " * 500 + "toxicity > 1").message


def test_an_expression_has_a_longest_length() -> None:
    assert "at most" in _problem("toxicity > 0.5 or " * 400 + "spam > 1").message


def test_conditions_are_shared_by_name() -> None:
    policy = load_policy(
        "name: x\nconditions:\n  new: author.approved_count < 5\n  bad: new and toxicity > 0.5\n"
        "rules:\n  - id: a\n    when: bad\n"
    )
    reason = policy.judge(COMMENT, SCORES, PAST, NOW).reasons[0]
    assert reason.values == {"author.approved_count": 3, "toxicity": 0.7}


def test_a_shared_condition_may_not_take_a_facts_name() -> None:
    with pytest.raises(PolicyInvalid, match="already the name of a fact"):
        load_policy("name: x\nconditions: {toxicity: spam > 1}\nrules: []\n")
