"""A fault inside a text value is told with the line and column of the very character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.loading.lint import lint
from rules.loading.source import read_source

HEAD = "name: x\nrules:\n  - id: a\n"
EXPRESSIONS = {
    "plain": "    when: {}\n",
    "single quotes": "    when: '{}'\n",
    "double quotes": '    when: "{}"\n',
    "literal block": "    when: |\n      {}\n",
    "folded block": "    when: >-\n      {}\n",
    "block with a comment": "    when: >-  # why\n        {}\n",
    "in a list": "    any_of: [links.count > 1, '{}']\n",
    "in a flow mapping": "    any_of: [{{when: '{}'}}]\n",
    "below a comment in another script": "    # “zwölf” 漢字 😀\n    when: '{}'\n",
}


def _place_of(source: str, word: str) -> tuple[int, int]:
    at = source.index(word)
    return source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)


@pytest.mark.parametrize("shape", EXPRESSIONS)
@pytest.mark.parametrize("before", ["", "text == `zwölf 漢字 😀` or "])
def test_a_misspelt_fact_is_told_where_it_stands(shape: str, before: str) -> None:
    quote = "'" if shape == "double quotes" else '"' if "'" not in EXPRESSIONS[shape] else "''"
    expression = before.replace("`", quote) + "toxicty > 0.5"
    source = HEAD + EXPRESSIONS[shape].format(expression)
    problem = lint(source)[0]
    assert "toxicty" in problem.message
    assert (problem.line, problem.column) == _place_of(source, "toxicty")


@pytest.mark.parametrize(
    "value",
    [
        ">\n      links.count > 1 and\n      text != 'ä' and toxicty > 1\n",
        ">\n\n      links.count > 1 and\n\n      toxicty > 1\n",
        "|\n      links.count > 1 and\n          toxicty > 1\n",
        "links.count > 1 and\n      text != 'é' and\n      toxicty > 1\n",
        "'links.count > 1 and\n      text != ''é'' and toxicty > 1'\n",
        "\"text != '\\u00e9\\x41' and \\\n      toxicty > 1\"\n",
        '"text != \\"é\\" and\\ntoxicty > 1"\n',
    ],
)
def test_a_value_over_several_lines_keeps_its_places(value: str) -> None:
    source = f"{HEAD}    when: {value}    links: 1\n"
    problem = next(problem for problem in lint(source) if "toxicty" in problem.message)
    assert (problem.line, problem.column) == _place_of(source, "toxicty")


@pytest.mark.parametrize("rest", ["> 1", "!! 1"])
def test_an_expression_that_cannot_be_read_is_told_where(rest: str) -> None:
    source = HEAD + f"    when: text == 'é' and links.count > {rest}\n"
    problem = lint(source)[0]
    assert (problem.line, problem.column) == _place_of(source, rest)


@pytest.mark.parametrize("key", ["message", "description"])
def test_a_placeholder_is_told_where_it_stands(key: str) -> None:
    source = HEAD + f"    links: 1\n    {key}: >\n      zwölf 😀\n      {{nope}} here\n"
    problem = lint(source)[0]
    assert (problem.line, problem.column) == _place_of(source, "{nope}")


@given(st.lists(st.sampled_from(["a", "é", "😀", "it''s", "漢", "x y"]), min_size=1, max_size=8))
def test_every_character_of_a_folded_text_is_where_it_is_said_to_be(words: list[str]) -> None:
    source = "name: x\nt: '" + "\n   ".join(words) + "'\n"
    read = read_source(source)
    value = read.value["t"]
    for offset, char in enumerate(value):
        if not char.isspace():
            line, column = read.inside(("t",), 1, offset + 1)
            assert source.split("\n")[line - 1][column - 1] == char
