"""What holds for every text, whatever it is."""

from datetime import UTC
from itertools import pairwise, product
from operator import attrgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.comment import Author, Comment, Format
from rules.conditions.parse import compile_expression
from rules.conditions.ranges import is_empty, meet
from rules.conditions.scope import Scope
from rules.errors import PolicyInvalid
from rules.facts.registry import Facts
from rules.facts.subject import Subject
from rules.loading.document import Profanity
from rules.loading.lint import lint
from rules.loading.presets import preset, preset_names
from rules.matching.fold import fold, normalise, origins
from rules.matching.markup import shown
from rules.matching.masks import masked
from rules.matching.reading import read
from rules.policy import load_policy
from rules.profanity import ProfanityFilter, vocabulary
from rules.verdict import Judgement, Match
from tests.rules.evasions import TECHNIQUES, WORDS

EVERYWHERE = """
name: everywhere
lists:
  own:
    words: [shit, "*uck*", "a b"]
    domains: [a.com]
    networks: [203.0.113.0/24]
    disguises: false
    fields: [body, links, author.name, author.email, author.url, thread.title]
rules:
  - {id: own, list: own}
  - {id: signs, pattern: ['[^a-z ]+', 'а|ﬁ']}
  - {id: named, when: 'matches(author.name, "[a-z]+") or contains(author.url, "A")'}
  - {id: texts, when: 'contains(text, "s") or ends_with(author.email, "t") or links.count >= 0'}
  - {id: facts, when: text.emoji + text.mentions + text.quoted + text.invisible >= 0}
  - {id: tongue, when: 'text.mixed_scripts or text.language == "en" or text.capitals > 0'}
"""
POLICIES = [load_policy(EVERYWHERE), *(load_policy(preset(name)) for name in preset_names())]
FILTER = ProfanityFilter(Profanity())
ODD = "<>&;#*._-/|\\@$!()[]{}`'\"\u200b\u00ad\u0301\u202e\ufe0f🅱🍆fuckshit asA510 \n\tаеоßﬁ\ufdfa"
WORD = st.sampled_from(WORDS)
PIECE = st.one_of(
    WORD,
    st.builds(lambda name, word: TECHNIQUES[name](word), st.sampled_from(list(TECHNIQUES)), WORD),
    st.text(max_size=8),
    st.text(ODD, max_size=12),
)
TEXTS = st.lists(PIECE, max_size=12).map(" ".join) | st.text(ODD, max_size=60)
STORABLE = TEXTS.map(lambda text: text.replace("\x00", "")).filter(lambda text: text.strip() != "")
SHARES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
SCORES = st.dictionaries(st.sampled_from(["toxicity", "spam", "insult", "threat"]), st.floats(0, 1))


def _comment(text: str) -> Comment:
    return Comment(body="".join(c for c in text if not "\ud800" <= c <= "\udfff") + ".")


@settings(max_examples=150, deadline=None)
@given(STORABLE, STORABLE, st.sampled_from(["text", "html", "markdown"]), SCORES)
def test_judging_never_raises_and_its_spans_say_what_they_cover(
    text: str, other: str, form: Format, scores: dict[str, float]
) -> None:
    mail, home = f"{other}@a.com", f"http://a.com/{other}"
    author = Author(name=other, email=mail, url=home, ip="203.0.113.9")
    comment = _comment(f"{text} http://shit.a.com/{other}").model_copy(
        update={"author": author, "format": form}
    )
    for policy in POLICIES:
        judgement = policy.judge(comment, scores)
        for reason in (*judgement.reasons, *judgement.shadow):
            for match in reason.matches:
                field: str = attrgetter(match.field)(comment)
                assert 0 <= match.start < match.end <= len(field)
                assert field[match.start : match.end] == match.text
                if reason.rule == "own" and match.term in {"shit", "uck"}:
                    assert normalise(match.text) == match.term


@settings(max_examples=300, deadline=None)
@given(st.text() | TEXTS)
def test_the_matcher_takes_any_text_even_lone_surrogates_and_nuls(text: str) -> None:
    hits = FILTER.hits(text + "\ud800\x00 shit")
    assert any(hit.term.text == "shit" for hit in hits) or len(text) > 0
    assert all(0 <= hit.start < hit.end <= len(text) + 7 for hit in hits)
    assert all(one.end <= other.start for one, other in pairwise(hits))


@settings(max_examples=300, deadline=None)
@given(TEXTS | st.lists(PIECE | st.sampled_from(["isn't", "(sh", "4", "f…ck"])).map(" ".join))
def test_a_text_that_hides_no_letter_has_no_masked_word(text: str) -> None:
    reading = read(text)
    assert reading.hides or not list(masked(reading, vocabulary(())))


@given(st.text() | TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text() | TEXTS)
def test_every_folded_letter_knows_where_it_came_from(text: str) -> None:
    places = origins(text)
    assert len(places) == len(normalise(text))
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(st.text(ODD, max_size=80))
def test_taking_markup_away_moves_nothing(text: str) -> None:
    assert len(shown(text)) == len(text)
    assert len(fold(text)) >= len(text)


@settings(max_examples=60, deadline=None)
@given(STORABLE, SCORES)
def test_an_unrelated_rule_changes_no_other_rules_match(
    text: str, scores: dict[str, float]
) -> None:
    source = preset("default")
    more = source.replace(
        "rules:\n", "rules:\n  - {id: unrelated, when: text.length > 10, action: approve}\n", 1
    )
    comment = _comment(text)

    def others(judgement: Judgement) -> dict[str, list[Match]]:
        found = {reason.rule: reason.matches for reason in judgement.reasons}
        found.pop("unrelated", None)
        return found

    assert others(load_policy(source).judge(comment, scores)) == others(
        load_policy(more).judge(comment, scores)
    )


NUMBERS = ["toxicity", "text.words", "profanity.severity", "time.hour", "-1", "0", "0.5", "2", "3"]
COMPARED = (
    st.builds(
        "{} {} {}".format,
        st.sampled_from(NUMBERS)
        | st.sampled_from(["toxicity * 2", "max(toxicity, 1)", "text.words + 1"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.sampled_from(NUMBERS),
    )
    | st.builds(
        "author.role {} {}".format,
        st.sampled_from(["==", "!=", "in", "not in"]),
        st.sampled_from(["'a'", "'b'"]),
    ).filter(lambda text: "in" not in text.split())
    | st.sampled_from(
        [
            "author.role in ['a', 'b']",
            "author.role not in ['a']",
            "time.hour in [3, 30]",
            "known(toxicity)",
        ]
    )
)
JOINED = st.recursive(
    COMPARED,
    lambda parts: (
        st.builds("({} and {})".format, parts, parts)
        | st.builds("({} or {})".format, parts, parts)
        | st.builds("not ({})".format, parts)
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(JOINED, st.data())
def test_what_is_called_never_or_always_true_is(expression: str, data: st.DataObject) -> None:
    node = compile_expression(expression, Scope())
    for _ in range(8):
        comment = Comment(
            body=data.draw(st.sampled_from(["x", "shit", "a b c", "damn it all"])),
            author=Author(role=data.draw(st.sampled_from([None, "a", "b", "c"]))),
            posted_at=data.draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        )
        scores = data.draw(st.fixed_dictionaries({}, optional={"toxicity": SHARES}))
        facts = Facts(Subject(comment, scores, profanity=FILTER.hits(comment.body)))
        value = node.run(facts)
        assert node.always is None or value is node.always or (value is None and not node.always)
        assert all(part(facts) is True for part in node.parts or (node.run,)) == (value is True)
        for name, wanted in (node.ranges if value is True else {}).items():
            fact = facts[name]
            assert isinstance(fact, int | float)
            assert not is_empty(meet((fact, False, fact, False), wanted))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_lint_takes_any_string(source: str) -> None:
    problems = lint(source)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)
    assert problems or load_policy(source).name


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "toxicity", ">", "0.5", "and", "or", "not", "(", ")", "in", '["a"]', '"a"', "+",
                "text.words", "known(spam)", "list('x')", ".", ",", "text", "==", "-", "lambda:",
                "if", "author.role", "**", "[", "{", "é", "is", "None", "1e999", "f''",
            ]
        ),
        max_size=9,
    )
)  # fmt: skip
def test_any_expression_is_either_refused_with_its_place_or_runs(parts: list[str]) -> None:
    _refused_or_runs(" ".join(parts))


VALUES = [
    "text", "toxicity", "text.words", "links.domains", "text.mixed_scripts", "lower(text)", "'a'",
    "''", "1", "True", "[]", "['a']", "[1]",
]  # fmt: skip


@pytest.mark.parametrize("sign", ["in", "not in", "==", "<"])
@pytest.mark.parametrize(("left", "right"), list(product(VALUES, VALUES)))
def test_values_of_any_kinds_can_be_compared_or_are_refused(
    left: str, sign: str, right: str
) -> None:
    _refused_or_runs(f"{left} {sign} {right}")


def _refused_or_runs(expression: str) -> None:
    source = f"name: x\nrules:\n  - id: a\n    when: >-\n      {expression}\n"
    errors = [problem for problem in lint(source) if problem.severity == "error"]
    if errors:
        assert errors[0].line >= 3
        with pytest.raises(PolicyInvalid):
            load_policy(source)
        return
    policy = load_policy(source)
    assert policy.judge(Comment(body="x"), {}).action in {"approve", "review"}
