"""What bad policies get: an error or a warning with its place."""

import pytest

from rules.lint import lint
from rules.presets import preset, preset_names

HEAD = "name: x\nrules:\n"


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ("", 1, 1, "a policy is a mapping"),
        ("- a", 1, 1, "a policy is a mapping"),
        ("rules: []", 1, 1, "`name` is missing"),
        ("name: x", 1, 1, "`rules` is missing"),
        ("name: x\nrules: []\nrulse: []", 3, 1, "there is no key `rulse`"),
        ("name: x\nname: y\nrules: []", 2, 1, "`name` is given twice"),
        ("name: x\n\trules: []", 2, 1, "this is not YAML"),
        ("name: [", 2, 1, "this is not YAML"),
        ("name: 5\nrules: []", 1, 7, "should be a valid string"),
        ("name: x\nrules: {}", 2, 8, "should be a valid list"),
        (HEAD + "  - {id: a, when: True}\n  - {id: a, when: True}\n", 4, 10, "used twice"),
        (HEAD + "  - id: a\n    wen: toxicity > 1\n", 4, 5, "there is no key `wen`"),
        (HEAD + "  - id: a\n    action: delete\n    links: 1\n", 4, 13, "'approve', 'review'"),
        (HEAD + "  - id: a\n    list: nope\n", 4, 11, "there is no list `nope`"),
        (HEAD + "  - id: a\n    pattern: '(a'\n", 4, 14, "missing"),
        (HEAD + "  - id: a\n    pattern: '((a{100}){100}){100}'\n", 4, 14, "pattern"),
        (HEAD + "  - id: a\n    pattern: '(.)\\1'\n", 4, 14, "invalid"),
        (HEAD + "  - id: a\n    action: review\n", 3, 5, "no condition is given"),
        (HEAD + "  - id: a\n    links: 1\n    message: 'is {nope}'\n", 5, 18, "no fact `nope`"),
        (
            HEAD + "  - id: a\n    when: |\n      toxicity > 0.5 and\n      toxicty > 1\n",
            6,
            7,
            "toxicty",
        ),
        (HEAD + "  - id: a\n    links: 1\n    priority: high\n", 5, 15, "valid integer"),
        ("name: x\nrules: []\ntimezone: Europe/Berln", 3, 11, "no time zone `Europe/Berln`"),
        ("name: x\nrules: []\nprofanity: {languages: [xx]}", 3, 25, "no word list for `xx`"),
        ("name: x\nrules: []\nprofanity: {without: [telepathy]}", 3, 23, "no technique"),
        ("name: x\nrules: []\nlists: {a: {words: [c*t]}}", 3, 21, "wildcard inside"),
        ("name: x\nrules: []\nlists: {a: {words: ['*a*']}}", 3, 21, "almost anything"),
        ("name: x\nrules: []\nlists: {a: {words: ['1488']}}", 3, 21, "has no letter"),
        ("name: x\nrules: []\nlists: {a: {networks: [1.2.3]}}", 3, 24, "no IP address"),
        ("name: x\nrules: []\nexamples: [{text: a, expect: approve, rule: r}]", 3, 45, "no rule"),
    ],
)
def test_a_fault_is_an_error_with_its_place(
    source: str, line: int, column: int, message: str
) -> None:
    problem = next(problem for problem in lint(source) if problem.severity == "error")
    assert message in problem.message
    assert (problem.line, problem.column) == (line, column)


def test_a_misspelt_key_is_suggested() -> None:
    source = HEAD + "  - id: a\n    lables: [x]\n    links: 1\n"
    assert lint(source)[0].hint == "did you mean `labels`?"


def test_all_faults_are_told_in_order_of_place() -> None:
    source = HEAD + "  - {id: a, when: nope}\n  - {id: b, when: nopes}\n"
    assert [problem.line for problem in lint(source)] == [3, 4]


def test_a_bomb_of_anchors_is_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [*{chr(97 + at)}, *{chr(97 + at)}]\n" for at in range(20)
    )
    assert "anchors" in lint(bomb)[0].message


@pytest.mark.parametrize(
    "source", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "a: " + "(" * 9999]
)
def test_deep_nesting_is_an_error_and_no_crash(source: str) -> None:
    assert lint(source)[0].severity == "error"


def test_a_policy_of_five_mebibytes_is_refused() -> None:
    assert "characters" in lint("name: x\n# " + "x" * (5 << 20))[0].message


def test_yaml_words_that_look_like_something_else_stay_words() -> None:
    source = "name: x\nlists: {a: {words: [no, on, yes, 12th]}}\nrules: []"
    assert [p for p in lint(source) if p.severity == "error"] == []


def test_a_wildcard_that_hits_ordinary_words_is_warned_of() -> None:
    problem = lint("name: x\nlists: {a: {words: ['*ass*']}}\nrules: []")[0]
    assert problem.severity == "warning"
    assert "bass, mass, pass" in problem.message
    assert (problem.line, problem.column) == (2, 21)


@pytest.mark.parametrize(
    ("wildcard", "word"),
    [
        ("*press", "empress"),
        ("*anus", "uranus"),
        ("*cialis*", "socialist"),
        ("meridia*", "meridian"),
    ],
)
def test_the_dictionary_knows_more_than_the_words_of_every_day(wildcard: str, word: str) -> None:
    told = lint(f"name: x\nlists: {{a: {{words: ['{wildcard}']}}}}\nrules: []")
    assert word in told[0].message


def test_the_forms_of_a_word_itself_are_no_warning() -> None:
    assert lint("name: x\nlists: {a: {words: ['casino*']}}\nrules: []") == []


def test_a_word_that_approved_comments_hold_is_warned_of() -> None:
    source = "name: x\nlists: {a: {words: [zeppelin]}}\nrules: []"
    assert lint(source) == []
    problem = lint(source, ["I like Led Zeppelin"])[0]
    assert (problem.severity, problem.line) == ("warning", 2)
    assert "I like Led Zeppelin" in problem.message


def test_discard_without_reject_is_warned_of() -> None:
    source = HEAD + "  - {id: a, links: 1, discard: true}\n"
    assert [p.severity for p in lint(source)] == ["warning"]


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_has_no_fault_at_all(name: str) -> None:
    assert lint(preset(name)) == []
