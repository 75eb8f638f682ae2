"""`tactful policy` on the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.comment import Comment
from rules.presets import preset, preset_names
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
    assert "hot, for example:\n  hello" in told


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
