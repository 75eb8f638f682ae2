"""What another tool held, an imported policy holds; what it cannot hold is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rules.comment import Comment
from rules.history import History
from rules.importers.automoderator import import_automoderator
from rules.importers.discourse import import_discourse
from rules.importers.imported import RULES_ALONE, Imported
from rules.importers.literals import PASSED_OVER
from rules.importers.wordpress import import_wordpress
from rules.loading.lint import lint
from rules.loading.presets import preset
from rules.policy import load_policy
from rules.tools.examples import run_examples
from rules.verdict import Judgement
from service.commands.policy import command

ANY = {PASSED_OVER, RULES_ALONE}
"""Notes that are about no line."""
POSTED = "2026-11-24T12:00:00Z"
NEW = {"created_at": "2026-11-24T00:00:00Z"}
KEYS = """viagra
cheap pills
press
203.0.113.
http://spam.com/
bad@evil.com
c++
xx
[url=
bet365
covid-19
top 10
"""


def _judgement(imported: Imported, **comment: Any) -> Judgement:
    assert [problem for problem in lint(imported.policy) if problem.severity == "error"] == []
    given = {"body": "x", "posted_at": POSTED, **comment}
    return load_policy(imported.policy).judge(Comment.model_validate(given, strict=False), {})


@pytest.mark.parametrize(
    "comment",
    [
        {"body": "MegaViagra4you"},
        {"body": "see http://cheap-viagra.com/x"},
        {"body": "made with WordPress"},
        {"body": "go to www.spam.com"},
        {"body": "I write C++"},
        {"body": "x" * 3},
        {"body": "play at Bet365 now"},
        {"body": "the Covid-19 hoax"},
        {"body": "a stop 100"},
        {"author": {"name": "my bet365 bonus"}},
        {"body": "[url=http://a.example]b[/url]"},
        {"author": {"name": "Viagra Shop"}},
        {"author": {"url": "http://cheap-viagra.example"}},
        {"author": {"url": "https://shop.spam.com/a"}},
        {"author": {"email": "viagra@a.example"}},
        {"author": {"email": "Bad@Evil.com"}},
        {"author": {"ip": "203.0.113.77"}},
    ],
)
def test_a_moderation_key_is_looked_for_where_wordpress_looks(comment: dict[str, Any]) -> None:
    assert _judgement(import_wordpress(KEYS), **comment).action == "review"


@pytest.mark.parametrize("body", ["A fine day", "http://notspam.com", "203.0.113.77"])
def test_what_no_moderation_key_names_passes(body: str) -> None:
    assert _judgement(import_wordpress(KEYS), body=body, author={"ip": "192.0.2.1"}).action == (
        "approve"
    )


def test_a_moderation_key_that_is_no_word_is_said_and_kept() -> None:
    imported = import_wordpress("***\nviagra*\n" + "a" * 300)
    assert [note.split(": ")[0] for note in imported.notes[:3]] == ["line 1", "line 2", "line 3"]
    assert _judgement(imported, body="buy *** now").action == "review"


@pytest.mark.parametrize(
    ("rule", "held", "passes"),
    [
        ("body: [covid-19, 4chan]\naction: filter", "from 4Chan", "from 14chan"),
        ("body (full-exact): first\naction: filter", "first", "first one"),
        ("body (full-text): this\naction: filter", " This!! ", "all this"),
        ("body (starts-with): buy\naction: filter", "Buy now", "do buy"),
        ("body (ends-with): '?'\naction: filter", "why?", "why? so"),
        ("body (includes): [ab, 'c++']\naction: filter", "xabx", "a b"),
        ("body (includes-word, regex): ['sh[io]p']\naction: filter", "a ship", "shipping"),
        ("body (includes, regex): ['sh[io]p']\naction: filter", "shipping", "shape"),
        ("body (regex, case-sensitive): ['BUY']\naction: filter", "BUY it", "buy it"),
        ("body: [on, 1e3, null]\naction: filter", "null and void", "nullify"),
        ("~body (regex): ['please']\naction: filter", "do it", "please do it"),
        ("body_shorter_than: 5\naction: filter", "ab", "abcdef"),
        ("standard: video hosting sites\naction: filter", "http://youtu.be/x", "http://a.example"),
        ("url: [spamsite]\naction: filter", "http://spamsite.example", "I reported spamsite"),
        ("~url: [spamsite]\naction: filter", "spamsite", "http://spamsite.example"),
        ("body: [onlyfans]\naction: filter", "https://onlyfans.com/me", "https://only.fans"),
        ("url+body: [onlyfans]\naction: filter", "https://onlyfans.com/me", "https://only.fans"),
        ("~body (includes): ['http']\naction: filter", "a link", "see http://localhost"),
        ("~body: [please]\naction: filter", "do it", "`please`"),
        ("url (includes): ['utm_']\naction: filter", "http://a.example?utm_x", "http://a.example"),
    ],
)
def test_an_automoderator_check_matches_as_it_did(rule: str, held: str, passes: str) -> None:
    imported = import_automoderator(rule)
    assert _judgement(imported, body=held).action == "review"
    assert _judgement(imported, body=passes).action == "approve"


def test_moderators_are_exempt_unless_the_rule_says_otherwise() -> None:
    rule = "body: buy\naction: remove\n"
    by_moderator = {"body": "buy", "author": {"role": "moderator"}}
    assert _judgement(import_automoderator(rule), **by_moderator).action == "approve"
    strict = import_automoderator(rule + "moderators_exempt: false")
    assert _judgement(strict, **by_moderator).action == "reject"


def test_one_threshold_is_enough_where_the_rule_says_so() -> None:
    either = "author: {satisfy_any_threshold: true, account_age: '< 2 days', comment_karma: '< 5'}"
    imported = import_automoderator(either + "\naction: remove\n")
    assert _judgement(imported, author=NEW).action == "reject"
    assert "comment_karma" in imported.notes[0]


def test_a_rule_that_lost_a_condition_removes_nothing_and_approves_nothing() -> None:
    lost = "author: {comment_karma: '< 5'}\nbody: buy\naction: "
    removing = import_automoderator(lost + "remove")
    assert _judgement(removing, body="buy").action == "review"
    assert any("holds what it removed" in note for note in removing.notes)
    approving = _judgement(import_automoderator(lost + "approve"), body="buy")
    assert (approving.reasons, len(approving.shadow)) == ([], 1)


def test_a_pattern_that_must_be_absent_and_is_refused_is_a_lost_condition() -> None:
    imported = import_automoderator("~body (regex): ['a(?!b)', c]\naction: remove\n")
    assert _judgement(imported, body="x").action == "review"


def test_reasons_and_messages_are_carried_over() -> None:
    imported = import_automoderator(
        "title (includes): [foo]\naction: spam\npriority: 2\n"
        "action_reason: 'by {{author}}: {{match}}'\nmessage: 'Your {{kind}} is gone.'\n---\n"
        "body: bar\naction: filter\npriority: 5\n"
    )
    judgement = _judgement(imported, author={"name": "Ann"}, thread={"title": "a foobar"})
    assert judgement.reasons[0].message == "by Ann: …"
    assert judgement.public_reason == "Your kind is gone."
    assert judgement.labels == ["spam"]
    assert load_policy(imported.policy).rule_ids == ["rule-2", "rule-1"]


@pytest.mark.parametrize("priority", ["²", "--1", "high"])
def test_a_priority_that_is_no_number_is_none(priority: str) -> None:
    imported = import_automoderator(f"body: a\naction: filter\npriority: {priority}\n")
    assert _judgement(imported, body="a").action == "review"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("reports: 2\naction: filter", "`reports` has no counterpart"),
        ("body: a\naction: filter\nset_flair: x\nmodmail: y", "`set_flair`, `modmail`"),
        ("standard: nonsense\naction: filter", "standard: nonsense"),
        ("parent_submission: {title: a}\nbody: b\naction: filter", "parent_submission"),
        ("body (sounds-like): a\naction: filter", "body (sounds-like)"),
        ("type: text submission\nbody: b\naction: filter", "type: text submission"),
        ("- a\n- b", "this is no rule"),
        ("body: [[a]]\naction: filter", "`body` has no counterpart"),
    ],
)
def test_what_automoderator_knows_and_tactful_does_not_is_said(rule: str, said: str) -> None:
    imported = import_automoderator("---\n" + rule)
    assert any(said in note for note in imported.notes)
    assert all(note.startswith("line 2") for note in imported.notes if note not in ANY)


@pytest.mark.parametrize(
    "imported",
    [import_wordpress("casino"), import_automoderator("body: a\naction: filter"),
     import_discourse("casino")],
)  # fmt: skip
def test_where_no_list_looks_and_that_nothing_else_judges_is_said_of_each_source(
    imported: Imported,
) -> None:
    assert set(imported.notes) >= ANY


def test_imported_rules_can_be_put_at_the_end_of_a_presets() -> None:
    """As docs/policy.md, From elsewhere, tells."""
    lists, _, rules = import_wordpress("casino\n").policy.partition("rules:\n")
    above, _, below = preset("default").partition("rules:\n")
    ours, _, examples = below.partition("examples:\n")
    lists = lists[lists.index("lists:") :]
    rules = rules.replace("id: links", "id: wordpress-links")
    joined = f"{above}{lists}rules:\n{ours}{rules}examples:\n{examples}"
    assert lint(joined) == []
    policy = load_policy(joined)
    assert [outcome.faults for outcome in run_examples(policy) if not outcome.passed] == []
    assert policy.judge(Comment(body="a casino"), {}).action == "review"
    taught = History(spam_taught=20)
    assert policy.judge(Comment(body="x"), {"spam": 1.0}, taught).action == "reject"


def test_a_pattern_on_links_is_said_to_look_everywhere() -> None:
    imported = import_automoderator("url (regex): ['spam.*']\naction: filter")
    told = "line 1, rule-1: a pattern on `url` is looked for in the whole text"
    assert imported.notes == [told, RULES_ALONE]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (".*[invalid(", "missing ]"),
        ("a.*)(b", "unexpected )"),
        (".*(a", "missing )"),
        ("a.*\\y", "y"),
    ],
)
@pytest.mark.parametrize(
    "imported",
    [
        lambda pattern: import_automoderator(f"body (regex): ['{pattern}']\naction: filter"),
        import_discourse,
    ],
    ids=["automoderator", "discourse"],
)
def test_what_is_wrong_with_a_pattern_is_said_of_what_was_written(
    imported: Callable[[str], Imported], pattern: str, why: str
) -> None:
    (told,) = (note for note in imported(pattern).notes if "refused" in note)
    assert why in told.partition("left out: ")[2]
    assert "pL" not in told
    assert "\\b" not in told


def test_a_bomb_of_aliases_is_no_rule() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [*{chr(97 + at)}, *{chr(97 + at)}]\n" for at in range(22)
    )
    assert load_policy(import_automoderator(bomb).policy).rule_ids == []


DISCOURSE = """word,replacement,action,case_sensitive
foo,,block,false
Bar,,block,true
a*b,,flag,
c++,,require_approval,
help,"support, question",tag,
hm,,silence,
x,y,replace,
"""


@pytest.mark.parametrize(
    ("body", "action", "labels"),
    [
        ("Foo!", "reject", []),
        ("see https://foo.example/a", "reject", []),
        ("Bar", "reject", []),
        ("bar", "approve", []),
        ("axxb", "review", []),
        ("I like C++", "review", []),
        ("please help", "approve", ["support", "question"]),
        ("hm", "review", []),
        ("x", "approve", []),
    ],
)
def test_watched_words_do_what_their_action_says(body: str, action: str, labels: list[str]) -> None:
    judgement = _judgement(import_discourse(DISCOURSE), body=body)
    assert (judgement.action, judgement.labels) == (action, labels)
    staff = _judgement(import_discourse(DISCOURSE), body=body, author={"role": "staff"})
    assert staff.action == "approve"


@pytest.mark.parametrize(
    ("name", "action", "told"),
    [
        ("forum.example-watched-words-block", "reject", False),
        ("watched_words_block", "reject", False),
        ("Watched Words - Block - Copy", "reject", False),
        ("block", "reject", False),
        ("block (1)", "reject", False),
        ("forum-watched-words-require_approval (2)", "review", False),
        ("tag", "approve", False),
        ("name-tag", "review", True),
        ("words", "review", True),
    ],
)
def test_words_without_an_action_take_that_of_the_files_name(
    tmp_path: Path, name: str, action: str, *, told: bool
) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text("foo\nBar,true\n")
    done = CliRunner().invoke(command, ["import", "discourse", str(path)])
    assert _judgement(Imported(policy=done.stdout, notes=[]), body="foo").action == action
    assert ("name the file `watched-words-ACTION.csv`" in done.stderr) == told
