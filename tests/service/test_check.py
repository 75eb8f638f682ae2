"""`tactful check`: verdicts on the command line."""

import io
import json
import subprocess
import time
from pathlib import Path

import pytest

from rules.comment import Comment
from rules.verdict import EngineRef, Match, PolicyRef, Reason, Verdict
from service.console.check_input import Unreadable, read_comments
from service.console.verdict_text import describe
from tests.service.running import command_line, environment, tactful


def check(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command_line("check", *arguments),
        input=stdin,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_text_is_judged_and_what_led_to_it_is_underlined() -> None:
    ended = check("What a load of s h i t", "Good morning.")
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines[0].startswith("review profanity")
    assert lines[1:3] == ["  What a load of s h i t", "                 ^^^^^^^"]
    assert "s h i t = shit" in lines[3]
    assert "approve" in lines


def test_verdicts_come_as_json_in_order() -> None:
    ended = check("-", "--json", stdin="What a load of bullshit.\n\nGood morning.\n")
    verdicts = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [verdict["action"] for verdict in verdicts] == ["review", "approve"]
    assert Verdict.model_validate(verdicts[0]).reasons[0].matches


def test_a_line_that_is_no_comment_is_named_and_the_others_are_judged() -> None:
    lines = ['{"body": "Good morning."}', "{", '{"bdy": 1}', '{"body": "Good evening."}']
    ended = check("-", "--jsonl", "--json", stdin="\n".join(lines))
    assert ended.returncode == 1
    assert len(ended.stdout.splitlines()) == 2
    said = ended.stderr.splitlines()
    assert said[0].startswith("tactful: line 2: Invalid JSON")
    assert said[1].startswith("tactful: line 3: body: Field required; bdy: Extra inputs")


def test_many_lines_are_scored_together() -> None:
    started = time.monotonic()
    ended = check("-", "--json", stdin="Is this fast enough?\n" * 2000)
    assert len(ended.stdout.splitlines()) == 2000
    assert time.monotonic() - started < 30


def test_a_policy_of_ones_own_is_used(tmp_path: Path) -> None:
    assert check("Hello", "--policy", str(tmp_path / "none.yaml")).stderr.startswith(
        f"tactful: cannot read {tmp_path / 'none.yaml'}: No such file"
    )
    (tmp_path / "bad.yaml").write_text("rules: [\n")
    ended = check("Hello", "--policy", str(tmp_path / "bad.yaml"))
    assert ended.returncode == 1
    assert f"{tmp_path / 'bad.yaml'}:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_text_it_says_what_it_wants() -> None:
    ended = tactful("check")
    assert ended.returncode == 2
    assert "give a TEXT" in ended.stderr


def test_jsonl_without_standard_input_is_no_silent_mistake() -> None:
    ended = tactful("check", "--jsonl", '{"body": "Hello"}')
    assert ended.returncode == 2
    assert "give - for it" in ended.stderr


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"\xff", "line 1: is not UTF-8"),
        (b"a\x00b", "line 1: body: must not contain NUL characters"),
    ],
)
def test_bytes_that_are_no_text_are_refused(line: bytes, complaint: str) -> None:
    assert list(read_comments(["-"], io.BytesIO(line), jsonl=False)) == [Unreadable(complaint)]


def verdict_on(text: str, *spans: tuple[int, int]) -> Verdict:
    matches = [
        Match(field="body", start=start, end=end, text=text[start:end], term="x")
        for start, end in spans
    ]
    return Verdict(
        action="review",
        reasons=[Reason(rule="r", action="review", message="m", matches=matches, decided=True)],
        decided_by="policy",
        policy=PolicyRef(name="p", version=1),
        engine=EngineRef(name="e", version="1"),
        scored_at="2026-11-24T12:00:00Z",  # type: ignore[arg-type]
    )


def shown(text: str, *spans: tuple[int, int], ansi: bool = False) -> list[str]:
    return describe(Comment(body=text), verdict_on(text, *spans), ansi=ansi).splitlines()


def test_a_terminal_gets_an_underline() -> None:
    assert shown("ab cd", (3, 5), ansi=True)[1] == "  ab \x1b[4mcd\x1b[24m"


def test_carets_stand_under_wide_characters_and_on_the_right_line() -> None:
    assert shown("first\n日本 bad", (9, 12))[1:4] == ["  first", "  日本 bad", "       ^^^"]
    assert shown("e\u0301 bad", (3, 6))[2] == "    ^^^"


def test_a_text_cannot_play_tricks_on_the_terminal() -> None:
    line = shown("a\x1b[2Jb\u202ec\td")[1]
    assert line == "  a\ufffd[2Jb\ufffdc d"


def test_a_rule_on_trial_is_told_as_such() -> None:
    trial = Reason(rule="new", action="reject", message="found x", matches=[], decided=False)
    verdict = verdict_on("text").model_copy(update={"shadow": [trial]})
    told = describe(Comment(body="text"), verdict, ansi=False)
    assert "  new (on trial, reject): found x\n" in told


def test_values_queue_and_the_words_for_the_author_are_told() -> None:
    reason = Reason(
        rule="r", action="review", message="m\x1b[2J", matches=[], decided=True,
        values={"author.age_days": None, "links.count": 2, "text": "said above"},
    )  # fmt: skip
    said = {"reasons": [reason], "queue": "urgent", "priority": 5, "public_reason": "Not here."}
    verdict = verdict_on("text").model_copy(update=said)
    told = describe(Comment(body="text"), verdict, ansi=False).splitlines()
    assert told[2:6] == [
        "  r (review, decided): m\ufffd[2J",
        "    author.age_days not known, links.count 2",
        "  queue: urgent, priority 5",
        "  for the author: Not here.",
    ]
