"""Character references of any length, as a browser shows them."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.references import unescape


@given(st.lists(st.sampled_from([*"&&&###xX;;0019aF ", "amp;", "lt"]), max_size=40).map("".join))
def test_what_python_reads_is_read_alike(text: str) -> None:
    assert unescape(text) == html.unescape(text)


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        (f"&#{'1' * 5_000};", "\N{REPLACEMENT CHARACTER}"),
        (f"&#x{'1' * 5_000};", "\N{REPLACEMENT CHARACTER}"),
        (f"&#{'0' * 5_000}106;", "j"),
        (f"&#x{'0' * 5_000}6a;", "j"),
    ],
)
def test_one_that_is_longer_than_any_number_is_read_too(reference: str, shown: str) -> None:
    assert unescape(f"a{reference}b") == f"a{shown}b"
