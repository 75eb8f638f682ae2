"""Parsers: each either reads what it is given or says, in its own exception, why it does not."""

import contextlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.comment import Comment
from rules.errors import PolicyInvalid
from rules.importers.automoderator import import_automoderator
from rules.importers.discourse import import_discourse
from rules.importers.wordpress import import_wordpress
from rules.loading.compile import compile_policy
from rules.loading.presets import preset
from rules.matching.markup import shown
from rules.patterns import Pattern, PatternRefused
from rules.policy import load_policy
from service.review.links import MOST, links_shown
from tests.fuzz.how import LOOK
from workers.destinations import BadDestination, parse_destination
from workers.retries import LONGEST_WAIT, parse_retry_after
from workers.tracing_export import without_more

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OF_YAML = "name: rules: - id: when: any_of: all_of: { } [ ] | > & * ! % @ ` \" ' # --- ... << !!a"
OF_CONDITIONS = (
    "toxicity author.role body > < == and or not in ( ) [ ] , . ' \" 0.5 1e999 lambda x : ** // %"
    " __class__ list( pattern( words( known( f'{x}' await yield := ~ \\ \0"
)
OF_MARKUP = (
    "<p> </p> <a href=' <!-- --> <![ % ]]> <script> &amp; &#x41; &#99999999; [a](b ![x] ** __ `"
    f" ``` > # | \\ shit s h i t [a]: http://a.example/&#{'1' * 5_000};"
)
LINES = ["\n", "\n  ", "\n    - ", "\t", "&a [*a]", "toxicity > 0.8", "action: review"]


def made_of(words: str, *, between: str = "") -> st.SearchStrategy[str]:
    """Give texts of these words, blanks and a few characters of any kind."""
    pieces = st.sampled_from([*words.split(" "), *LINES]) | st.text(max_size=5)
    return st.lists(pieces, max_size=40).map(between.join)


YAML = made_of(OF_YAML)


@LOOK
@given(YAML)
def test_a_policy_loads_or_is_refused_with_a_place(source: str) -> None:
    policy, problems = compile_policy(source)
    assert policy is not None or problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


@LOOK
@given(made_of(OF_CONDITIONS, between=" "))
def test_a_condition_compiles_or_is_refused_with_a_place(expression: str) -> None:
    quoted = '"' + expression.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    source = f"name: a\nrules:\n  - id: b\n    action: review\n    when: {quoted}\n"
    with contextlib.suppress(PolicyInvalid):
        policy = load_policy(source)
        policy.judge(Comment(body="Hello"), {"toxicity": 0.9})


@LOOK
@given(made_of(OF_MARKUP), st.sampled_from(["text", "html", "markdown"]))
def test_a_document_is_read_with_spans_that_say_what_they_cover(text: str, form: str) -> None:
    body = "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff") + "."
    comment = Comment.model_validate({"body": body, "format": form})
    judgement = load_policy(preset("default")).judge(comment, {})
    for reason in judgement.reasons:
        for match in reason.matches:
            assert body[match.start : match.end] == match.text
    assert len(shown(text)) == len(text)
    assert len(links_shown(body)) <= MOST


@LOOK
@given(st.text())
def test_a_pattern_compiles_or_is_refused(text: str) -> None:
    with contextlib.suppress(PatternRefused):
        Pattern(text)


@LOOK
@given(YAML | st.text())
def test_lists_of_other_services_become_policies_or_are_refused(text: str) -> None:
    for read in (import_automoderator, import_discourse, import_wordpress):
        with contextlib.suppress(ValueError, PolicyInvalid):
            load_policy(read(text).policy)


@LOOK
@given(st.text() | st.text("htps:/.@[]#?%:0127xn-é").map(lambda rest: f"https://{rest}"))
def test_a_webhooks_url_is_taken_apart_or_refused(url: str) -> None:
    with contextlib.suppress(BadDestination):
        destination = parse_destination(url)
        assert destination.host
        assert 0 < destination.port < 65536


@LOOK
@given(st.text() | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_a_receivers_retry_after_is_a_bounded_time_or_none(text: str) -> None:
    asked = parse_retry_after(text, NOW)
    assert asked is None or timedelta() <= asked <= LONGEST_WAIT


@LOOK
@given(st.text() | st.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?"))
def test_a_callers_traceparent_is_read_as_what_reads_the_same_or_counts_as_none(text: str) -> None:
    read = without_more(text)
    if read is not None:
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]", read)
        assert without_more(read) == read
