"""What bad policies get: an error or a warning with its place."""

import pytest

from rules.comment import Comment
from rules.loading.lint import lint
from rules.loading.presets import preset, preset_names
from rules.policy import load_policy

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
        ("name: 5\nrules: []", 1, 7, "`name` must be a text"),
        ("name: x\nrules: {}", 2, 8, "`rules` must be a list"),
        (HEAD + "  - {id: a, when: True}\n  - {id: a, when: True}\n", 4, 10, "used twice"),
        (HEAD + "  - id: a\n    wen: toxicity > 1\n", 4, 5, "there is no key `wen`"),
        (HEAD + "  - id: a\n    action: delete\n    links: 1\n", 4, 13, "'approve', 'review'"),
        (HEAD + "  - id: a\n    list: nope\n", 4, 11, "there is no list `nope`"),
        (HEAD + "  - id: a\n    pattern: '(a'\n", 4, 15, "missing"),
        (HEAD + "  - id: a\n    pattern: '((a{100}){100}){100}'\n", 4, 30, "repetition size"),
        (HEAD + "  - id: a\n    pattern: '(.)\\1'\n", 4, 18, "invalid"),
        (HEAD + "  - id: a\n    action: review\n", 3, 5, "no condition is given"),
        (HEAD + "  - id: a\n    links: 1\n    message: 'is {nope}'\n", 5, 18, "no fact `nope`"),
        (
            HEAD + "  - id: a\n    when: |\n      toxicity > 0.5 and\n      toxicty > 1\n",
            6,
            7,
            "toxicty",
        ),
        (HEAD + "  - id: a\n    links: 1\n    priority: high\n", 5, 15, "must be a whole number"),
        (HEAD + "  - id: a\n    pattern: [ok, 'b(d']\n", 4, 21, "missing )"),
        (HEAD + "  - id: a\n    pattern: |\n      (a)\n      b[\n", 6, 8, "missing ]"),
        (HEAD + "  - id: a\n    pattern: '(a|[)]))b'\n", 4, 22, "unexpected )"),
        (
            HEAD + "  - id: a\n    when: \"pattern('ab(c') or links.count > 1\"\n",
            4,
            23,
            "missing )",
        ),
        (HEAD + "  - id: a\n    any_of: [{lnks: 1}]\n", 4, 15, "no key `lnks`"),
        (HEAD + "  - id: a\n    any_of: [{all_of: [{links: b}]}]\n", 4, 32, "a whole number"),
        (HEAD + "  - id: a\n    profanity: {sevrity: 2}\n", 4, 17, "no key `sevrity`"),
        (HEAD + "  - id: a\n    profanity: 4\n", 4, 16, "a mapping or 1, 2 or 3"),
        (HEAD + "  - {id: 12, links: 1}\n", 3, 10, "`id` must be a text"),
        (HEAD + "  - {id: a b, links: 1}\n", 3, 10, "only letters, figures, - and _"),
        ("name: x\r\nrules:\r\n  - id: a\r\n    when: >\r\n      toxicty > 1", 5, 7, "toxicty"),
        ("name: x\rrules:\r  - id: a\r    when: toxicty > 1", 4, 11, "toxicty"),
        ("\ufeffname: x\nrules:\n  - {id: a, when: toxicty > 1}", 3, 19, "toxicty"),
        ("name: !!python/object/apply:os.system [ls]\nrules: []", 1, 7, "not supported"),
        ("name: x\nconditions: {b: c, c: 'True'}\nrules: []", 2, 17, "further down"),
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


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (HEAD + "  - {id: a, links: 1, shadow: yes}\n", "write true"),
        (HEAD + "  - {id: a, links: '2'}\n", "take the quotes away"),
        (HEAD + "  - {id: a, links: 1, labels: spam}\n", "write [spam]"),
        (HEAD + "  - {id: a, when: {links: 1}}\n", "without `when`"),
        (HEAD + "  - id: a\n    when: @b\n", "begins with @ stands in quotes"),
        (HEAD + "  - id: a\n    message: {links.count} links\n", "put a text with { in quotes"),
        (HEAD + '  - id: a\n    pattern: "\\d+"\n', "single quotes"),
        (HEAD + '  - id: a\n    pattern: "\\bbot"\n', "single quotes"),
        (HEAD + "  - id: a\n    when: matches(text, '\\bbot')\n", "write `\\\\b`"),
        ("name: x\nlists: {a: {words: [*press]}}\nrules: []", "begins with * stands in quotes"),
        ("name: x\n\trules: []", "spaces, not tabs"),
        ("name: x\nrules: []\n---\nname: y", "one document"),
    ],
)
def test_what_to_do_about_a_fault_is_said(source: str, hint: str) -> None:
    assert hint in (lint(source)[0].hint or "")


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


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("{0} or {0}", "too many steps"),
        ("{0} and {0}", "too many steps"),
        ("{0} == {0}", "too many steps"),
        ("{{any_of: [{0}, {0}, {0}]}}", "too many steps"),
        ("{{all_of: [{0}, links.count > 1]}}", "nested too deeply"),
        ("not {0}", "nested too deeply"),
    ],
)
def test_conditions_that_use_each_other_without_end_are_refused_at_the_line(
    condition: str, message: str
) -> None:
    uses = "".join(f"  c{at + 1}: {condition.format(f'c{at}')}\n" for at in range(60))
    problem = lint(f"name: x\nconditions:\n  c0: toxicity > 0.5\n{uses}rules: []\n")[0]
    assert (problem.severity, message in problem.message) == ("error", True)
    assert 10 < problem.line < 45


def test_a_policy_of_five_mebibytes_is_refused() -> None:
    assert "characters" in lint("name: x\n# " + "x" * (5 << 20))[0].message


def test_yaml_words_that_look_like_something_else_stay_words() -> None:
    words = "no, on, yes, 12th, null, ~x, True, 1e3, 0x1f, 2026-01-01a"
    policy = load_policy(
        f"name: no\nlists: {{a: {{words: [{words}]}}}}\n"
        "rules: [{id: on, list: a, labels: [null, true, 1e3, 1.0, 007, 2026-01-01]}]"
    )
    assert policy.compiled.document.lists["a"].words == words.split(", ")
    judgement = policy.judge(Comment(body="that is null and void"), {})
    assert judgement.labels == ["null", "true", "1e3", "1.0", "007", "2026-01-01"]


@pytest.mark.parametrize(
    ("source", "line", "column", "message"),
    [
        ("  - {id: a, any_of: [toxicity > 80, spam > 0.5]}\n", 3, 22, "can never be true"),
        ("  - id: a\n    when: spam > 0.5 or toxicity > 80\n", 4, 25, "can never be true"),
        ("  - {id: a, links: 1, unless: 'True'}\n", 3, 31, "never matches"),
        ("  - {id: a, when: links.count > 1, unless: links.count > 0}\n", 3, 44, "never matches"),
        ("  - {id: a, links: 1}\n", 2, 1, "no rule asks for a score or for profanity"),
        ("  - {id: a, when: spam > 0.5, enabled: false}\n", 2, 1, "no rule asks for a score"),
        ("  - {id: a, when: toxicity > 0.9, shadow: true}\n", 2, 1, "no rule asks for a score"),
        ("  - {id: a, when: toxicity < 0.1, action: approve}\n", 2, 1, "no rule asks for a score"),
        ("  []\n", 2, 1, "no rule asks for a score or for profanity"),
        ("  - {id: a, pattern: '.*'}\n", 3, 5, "always true"),
        ("  - {id: a, when: true, final: true}\n  - {id: b, links: 1}\n", 3, 32, "no rule below"),
        ("  - {id: a, profanity: {tags: [slurr]}}\n", 3, 32, "no listed word has the tag"),
        ("  - {id: a, links: 1}\nlists: {b: {words: [foobar]}}\n", 4, 9, "no rule uses the list"),
        ("  - {id: a, links: 1}\nconditions: {b-c: spam > 0.5}\n", 4, 14, "read as minus"),
        (
            "  - {id: a, list: b}\nlists: {b: {domains: ['https://a.com/x']}}\n",
            4,
            23,
            "is no domain",
        ),
        (
            "  - {id: a, links: 1}\nexamples: [{text: a, expect: approve, scores: {toxicty: 1}}]\n",
            4,
            48,
            "no score `toxicty`",
        ),
    ],
)
def test_what_is_doubtful_is_warned_of(source: str, line: int, column: int, message: str) -> None:
    problem = next(problem for problem in lint(HEAD + source) if message in problem.message)
    assert (problem.line, problem.column, problem.severity) == (line, column, "warning")


@pytest.mark.parametrize(
    "word", ["bet365", "1xbet*", "covid-19", "mp3", "4chan", "top 10", "c++", "AT&T", "hello!"]
)
@pytest.mark.parametrize("disguises", ["true", "false"])
def test_a_word_that_the_list_cannot_find_is_warned_of(word: str, disguises: str) -> None:
    lists = f"lists: {{a: {{words: [fish, '{word}'], disguises: {disguises}}}}}"
    source = f"name: x\nrules: [{{id: r, list: a}}]\n{lists}"
    problem = next(problem for problem in lint(source) if "be found" in problem.message)
    assert (problem.line, problem.column, problem.severity) == (3, 27, "warning")
    assert "write a `pattern`" in (problem.hint or "")


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
    assert lint("name: x\notherwise: review\nlists: {a: {words: ['casino*']}}\nrules: []") == []


def test_a_word_that_approved_comments_hold_is_warned_of() -> None:
    source = "otherwise: review\nlists: {a: {words: [zeppelin]}}\nname: x\nrules: []"
    assert lint(source) == []
    problem = lint(source, ["I like Led Zeppelin"])[0]
    assert (problem.severity, problem.line) == ("warning", 2)
    assert "I like Led Zeppelin" in problem.message


def test_discard_without_reject_is_warned_of() -> None:
    source = HEAD + "  - {id: a, profanity: 1, discard: true}\n"
    assert [p.severity for p in lint(source)] == ["warning"]


@pytest.mark.parametrize(
    "source",
    [
        "rules: [{id: a, when: toxicity > 0.5}]",
        "rules: [{id: a, any_of: [{links: 2}, {profanity: 1}]}]",
        "conditions: {b: profanity.count > 1}\nrules: [{id: a, when: b}]",
        "rules: []\notherwise: review",
    ],
)
def test_a_policy_that_judges_or_lets_nothing_pass_is_good(source: str) -> None:
    assert lint(f"name: x\n{source}\n") == []


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_has_no_fault_at_all(name: str) -> None:
    assert lint(preset(name)) == []
