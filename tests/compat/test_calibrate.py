"""Old thresholds to new ones: the share of comments that is held stays what it was."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from rules.verdict import EngineRef
from service.console.calibration import calibrate, read_scored, report, threshold_for
from service.faults import Fault
from tests.service.running import tactful
from workers.scorers.protocol import Scores


class NumberScorer:
    """Scores a text that is a number with the square of it: another scale, the same order."""

    engine = EngineRef(name="number", version="1")

    def score(self, texts: Sequence[str]) -> list[Scores]:
        return [{name: float(text) ** 2 for name in ("toxicity", "obscene")} for text in texts]


def test_a_scale_that_only_bends_is_bent_back() -> None:
    old = [number / 1000 for number in range(1000)]
    texts = [str(score) for score in old]
    found = calibrate(NumberScorer(), texts, old, (0.5, 0.8), "TOXICITY")
    for one in found.mapped:
        assert one.new == pytest.approx(one.old**2, abs=0.002)
        assert one.held_after == one.held_before
        assert one.agreed == 1.0


def test_the_share_stays_although_the_scores_disagree() -> None:
    chance = random.Random(7)
    old = [chance.random() for _ in range(2_000)]
    texts = [str(min(1.0, max(0.0, score + chance.gauss(0, 0.2)))) for score in old]
    (found,) = calibrate(NumberScorer(), texts, old, (0.9,), "TOXICITY").mapped
    assert found.held_after == pytest.approx(found.held_before, abs=0.001)
    assert 0.3 < found.agreed < 1.0  # and the report says how far they disagree


def test_scores_that_many_texts_share_give_the_nearest_share() -> None:
    scores = [0.0] * 90 + [1.0] * 10
    assert 0 < threshold_for(scores, 0.10) < 1
    assert threshold_for(scores, 1.0) == 0.0
    assert threshold_for([0.5] * 10, 0.0) > 0.5


def test_the_command_reads_a_file_of_scored_texts(tmp_path: Path) -> None:
    file = tmp_path / "scored.jsonl"
    lines = [
        {"text": "You utter idiot, shut up.", "scores": {"TOXICITY": 0.95}},
        {"text": "What a lovely article.", "score": 0.02},
        {"text": "I disagree with the second point.", "score": 0.1},
        {"text": "You are stupid.", "score": 0.85},
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    done = tactful("policy", "calibrate", str(file), "--threshold", "0.8")
    assert done.returncode == 0, done.stderr
    assert "50.0%" in done.stdout
    assert "toxicity" in done.stdout
    assert "few texts" in done.stdout


@pytest.mark.parametrize(
    ("name", "table", "encoding"),
    [
        ("a.jsonl", '{"text": "fine", "score": 0.25}\r\n', "utf-8-sig"),
        ("a.csv", "text,TOXICITY\nfine,0.25\n", "utf-8"),
        ("a.csv", "text;score\r\nfine;0,25\r\n", "utf-8-sig"),
        ("a.csv", "text\tscore\nfine\t0,25\n", "utf-16"),
    ],
)
def test_scored_texts_are_read_as_windows_and_spreadsheets_save_them(
    tmp_path: Path, name: str, table: str, encoding: str
) -> None:
    file = tmp_path / name
    file.write_text(table, encoding=encoding, newline="")
    assert read_scored(file, "TOXICITY") == (["fine"], [0.25])


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"text": "x"}', '{"text": "x", "score": 7}', '{"score": 0.5}']
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "scored.jsonl"
    file.write_text(f'{{"text": "fine", "score": 0.5}}\n{line}\n')
    with pytest.raises(Fault, match=r"scored\.jsonl:2: "):
        read_scored(file, "TOXICITY")


def test_a_score_that_the_engine_lacks_is_a_fault() -> None:
    with pytest.raises(Fault, match="no flirtation"):
        calibrate(NumberScorer(), ["0.5"], [0.5], (0.5,), "FLIRTATION")


def test_the_report_has_a_line_for_each_threshold() -> None:
    found = calibrate(NumberScorer(), ["0.1", "0.9"], [0.1, 0.9], (0.5, 0.8), "TOXICITY")
    lines = report(found).splitlines()
    assert [line.split()[0] for line in lines[3:5]] == ["0.500", "0.800"]


@pytest.mark.parametrize(
    ("attribute", "score", "noted"),
    [("PROFANITY", None, True), ("PROFANITY", "toxicity", False), ("TOXICITY", None, False)],
)
def test_the_report_says_that_no_score_alone_is_what_profanity_is_answered_with(
    attribute: str, score: str | None, *, noted: bool
) -> None:
    found = calibrate(NumberScorer(), ["0.1", "0.9"], [0.1, 0.9], (0.5,), attribute, score)
    assert ("`max(obscene, profanity)`" in report(found)) == noted
