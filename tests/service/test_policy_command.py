"""`tactful policy` on the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.comment import Comment
from rules.loading.presets import preset, preset_names
from service.commands.policy import command
from service.faults import Fault
from store.comments import submit_comment
from store.database import Database
from store.records import Site
from store.verdicts import record_verdicts
from tests.make import KEEPING, claim, make_verdict

GOOD = (
    "name: x\nrules:\n  - {id: hot, when: toxicity > 0.5}\n"
    "examples:\n  - {text: a, expect: approve}\n"
)
BAD = "name: x\nrules:\n  - {id: hot, when: toxicty > 0.5}\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(GOOD)
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_a_good_policy_passes_lint(policy: Path) -> None:
    assert _run("lint", policy).exit_code == 0


def test_an_error_is_told_with_file_line_and_column(policy: Path) -> None:
    policy.write_text(BAD)
    result = _run("lint", policy)
    assert isinstance(result.exception, Fault)
    assert f"{policy}:3:21: there is no fact `toxicty` (did you mean `toxicity`?)" in result.stdout


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert isinstance(_run("lint", tmp_path / "none.yaml").exception, Fault)


def test_examples_are_run_and_a_failing_one_fails_the_command(policy: Path) -> None:
    assert "1 passed, 0 failed" in _run("test", policy).stdout
    policy.write_text(GOOD.replace("approve}", "reject}"))
    result = _run("test", policy)
    assert isinstance(result.exception, Fault)
    assert f"FAIL {policy}:5: reject: a" in result.stdout
    assert "expected reject, got approve" in result.stdout


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv"])
def test_a_backtest_of_a_file_says_what_would_change(policy: Path, name: str) -> None:
    rows = policy.with_name(name)
    if name.endswith("csv"):
        rows.write_text(
            "text,toxicity,action,decision\nhello,0.9,approve,spam\nbye,0.1,approve,ham\n"
        )
    else:
        row = {
            "text": "hello",
            "scores": {"toxicity": 0.9},
            "action": "approve",
            "decision": "spam",
        }
        rows.write_text(json.dumps(row) + "\n" + json.dumps({**row, "scores": {}}) + "\n")
    told = _run("backtest", policy, "--comments", rows).stdout
    assert "2 comments, 1 would change (50.0%)" in told
    assert "approve -> review: 1" in told
    assert "hot, for example:\n  approve -> review: hello" in told


def test_a_comment_that_no_rule_matches_any_more_is_told_too(policy: Path) -> None:
    rows = policy.with_name("rows.jsonl")
    rows.write_text('\n{"text": "hello", "action": "reject"}\n')
    told = _run("backtest", policy, "--comments", rows).stdout
    assert "(no rule), for example:\n  reject -> approve: hello" in told


def test_a_backtest_says_so_where_neither_people_nor_the_policy_hold_anything(
    policy: Path,
) -> None:
    rows = policy.with_name("rows.jsonl")
    rows.write_text('{"text": "hello", "decision": "approve"}\n')
    told = _run("backtest", policy, "--comments", rows).stdout
    assert "of 1 that people judged, none is held or was rejected\n" in told


@pytest.mark.parametrize(
    "table",
    [
        "\ufefftext,history.approved\nhello,2\n",
        'text;history.approved\n"hello\n";2\n',
        'text;history.approved;spam\nhello;"2,0";"0,25"\n',
        "text,history.approved,spam\nhello,2\n",
    ],
)
def test_a_spreadsheets_csv_is_read_with_what_was_known_then(policy: Path, table: str) -> None:
    policy.write_text(GOOD.replace("toxicity > 0.5", "author.approved_count == 2"))
    rows = policy.with_name("rows.csv")
    rows.write_text(table)
    told = _run("backtest", policy, "--comments", rows).stdout
    assert "hot                                 1" in told


@pytest.mark.parametrize(
    ("name", "rows", "complaint"),
    [
        (
            "a.csv",
            'text,history.approved\nhello,"1,000"\n',
            ":2: this is no comment: could not tell",
        ),
        ("a.jsonl", '\n{"text": "a", "action": "hold"}', ":2: this is no comment: action must be"),
        ("a.jsonl", '{"text": "a", "scores": {"spam": 5}}', ":1: this is no comment: the score"),
        ("a.jsonl", '{"text": "a", "scores": {"spam": []}}', ":1: this is no comment: could not"),
        ("a.csv", "note\nhello\n", ":1: there is no column `text` or `body`"),
        ("a.csv", 'text,spam\n"a\nb",0\nc,high\n', ":4: this is no comment: could not convert"),
    ],
)
def test_a_row_that_says_something_odd_is_told_with_its_line(
    policy: Path, name: str, rows: str, complaint: str
) -> None:
    path = policy.with_name(name)
    path.write_text(rows)
    assert f"{path}{complaint}" in str(_run("backtest", policy, "--comments", path).exception)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_policy_is_read_as_an_editor_saved_it(policy: Path, encoding: str) -> None:
    policy.write_text(GOOD.replace("name: x", "name: ä"), encoding=encoding)
    result = _run("lint", policy)
    assert f"{policy}:1:7: `name` must begin with a letter" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "given", "told"),
    [
        (["lint", "-"], BAD, "-:3:21: there is no fact `toxicty`"),
        (["test", "-"], GOOD, "PASS -:5: approve: a"),
        (["import", "wordpress", "-"], "\ufeffcasino\n", "*casino*"),
    ],
)
def test_standard_input_is_read_where_the_file_is_a_dash(
    arguments: list[str], given: str, told: str
) -> None:
    assert told in CliRunner().invoke(command, arguments, input=given).stdout


def test_a_policy_in_another_encoding_is_a_fault_with_its_line(policy: Path) -> None:
    policy.write_bytes(b"name: x\nrules: [] # \xc3\xa4\xe4\n")
    assert "line 2 is not UTF-8" in str(_run("test", policy).exception)
    linted = _run("lint", policy)
    assert f"{policy}:2:14: this is not UTF-8 (save it as UTF-8)" in linted.stdout
    assert "1 error" in str(linted.exception)


def test_a_row_that_is_no_comment_is_told_with_its_line(policy: Path) -> None:
    rows = policy.with_name("rows.jsonl")
    rows.write_text('{"text": "fine"}\n{"text": ""}\n')
    fault = _run("backtest", policy, "--comments", rows).exception
    assert isinstance(fault, Fault)
    assert f"{rows}:2: this is no comment" in str(fault)


def test_a_difference_is_printed(policy: Path) -> None:
    other = policy.with_name("other.yaml")
    other.write_text(GOOD.replace("0.5", "0.7"))
    assert (
        "~ rule hot: when: 'toxicity > 0.5' → 'toxicity > 0.7'"
        in _run("diff", policy, other).stdout
    )
    assert _run("diff", policy, policy).stdout == "no difference\n"


def test_an_import_prints_a_policy_and_notes_apart(policy: Path) -> None:
    keys = policy.with_name("keys.txt")
    keys.write_text("viagra\n---\n")
    result = _run("import", "wordpress", keys)
    assert "viagra" in result.stdout
    assert "line 2" in result.stderr


def test_presets_are_listed_and_printed() -> None:
    assert _run("preset").stdout.split() == preset_names()
    assert _run("preset", "news").stdout == preset("news")
    assert isinstance(_run("preset", "nope").exception, Fault)


@pytest.mark.parametrize("name", ["lint", "test", "backtest", "diff", "import", "preset"])
def test_every_help_has_an_example(name: str) -> None:
    assert f"Example: tactful policy {name}" in _run(name, "--help").stdout


def test_lint_tries_new_words_on_what_people_of_a_site_approved(
    policy: Path,
    database: Database,
    database_url: str,
    bare_site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC)
    comment = Comment(body="I like my zeppelin")
    database.write(lambda tx: submit_comment(tx, bare_site.id, comment, now, KEEPING))
    claimed = claim(database, now)
    judged = [(item, make_verdict()) for item in claimed.comments]
    database.write(lambda tx: record_verdicts(tx, claimed, judged, now))
    monkeypatch.setenv("TACTFUL_DATABASE_URL", database_url)
    policy.write_text(GOOD.replace("rules:", "lists: {a: {words: [zeppelin]}}\nrules:"))
    told = _run("lint", policy, "--site", bare_site.name).stdout
    assert "`zeppelin` hits 1 approved comment, such as: I like my zeppelin" in told
