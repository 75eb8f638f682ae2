import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.scorers.lite.card import FILES
from workers.scorers.lite.scorer import MODEL as LITE
from workers.scorers.load import load_scorer
from workers.scorers.model_directory import (
    FORMAT,
    MODEL,
    TOKENIZER,
    Manifest,
    new_directory,
    read_manifest,
    write_manifest,
)
from workers.scorers.protocol import ScorerUnavailable

MANIFEST = Manifest(
    name="onnx-tiny", source={}, labels=["toxicity"], limit=512, pad_id=0, quantised=False
)


def refusal(name: str) -> str:
    with pytest.raises(ScorerUnavailable) as caught:
        load_scorer(name)
    return str(caught.value)


def test_an_unknown_scorer_is_told_the_known_ones() -> None:
    assert "lite, detoxify:NAME" in refusal("heavy")


@pytest.mark.parametrize("name", ["lite:large", "detoxify:", "onnx:"])
def test_a_wrong_argument_is_refused(name: str) -> None:
    assert name.partition(":")[0] in refusal(name)


def test_a_missing_package_is_named_with_the_extra_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "workers.scorers.detoxify", raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    assert "torch: pip install 'tactful[detoxify]'" in refusal("detoxify:original")


def test_a_missing_model_directory_is_told_how_to_make_it(tmp_path: Path) -> None:
    assert "tactful model export" in refusal(f"onnx:{tmp_path / 'nothing'}")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    with new_directory(tmp_path / "model") as directory:
        (directory / MODEL).write_bytes(b"weights")
        (directory / TOKENIZER).write_text("{}")
        write_manifest(directory, MANIFEST)
    return tmp_path / "model"


def test_a_whole_directory_is_taken(whole: Path) -> None:
    assert read_manifest(whole).labels == ["toxicity"]


def test_a_directory_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail_halfway() -> None:
        with new_directory(tmp_path / "model") as directory:
            (directory / MODEL).write_bytes(b"half of the wei")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert list(tmp_path.iterdir()) == []


def test_another_versions_directory_is_refused(whole: Path) -> None:
    content = json.loads((whole / "manifest.json").read_text())
    (whole / "manifest.json").write_text(json.dumps(content | {"format": FORMAT + 1}))
    with pytest.raises(ScorerUnavailable, match="another version"):
        read_manifest(whole)


def test_a_model_that_onnxruntime_cannot_read_says_so(whole: Path) -> None:
    assert str(whole) in refusal(f"onnx:{whole}")


def of_lites_network(folder: Path, **changes: object) -> str:
    """Make a model directory of `lite`'s own files; return the scorer's name."""
    with new_directory(folder / "model") as directory:
        for name in (MODEL, TOKENIZER):
            shutil.copyfile(LITE / name, directory / name)
        write_manifest(directory, MANIFEST.model_copy(update={"limit": 128, **changes}))
    return f"onnx:{folder / 'model'}"


def test_a_directory_of_real_files_scores(tmp_path: Path) -> None:
    [scores] = load_scorer(of_lites_network(tmp_path)).score(["You idiot"])
    assert set(scores) == {"toxicity"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"labels": [f"label {number}" for number in range(20)]}, "damaged"),
        ({"labels": []}, "manifest.json"),
        ({"labels": ["toxicity", "toxicity"]}, "manifest.json"),
        ({"limit": 0}, "manifest.json"),
    ],
)
def test_what_could_score_no_comment_is_refused_at_start(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    assert reason in refusal(of_lites_network(tmp_path, **changes))


@pytest.mark.parametrize("content", ["[]", "null", "7", '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(whole: Path, content: str) -> None:
    (whole / "manifest.json").write_text(content)
    with pytest.raises(ScorerUnavailable):
        read_manifest(whole)


def flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def end_in_zeros(file: Path) -> None:
    """Leave it as after a power cut: the size is right."""
    size = file.stat().st_size
    os.truncate(file, size * 9 // 10)
    os.truncate(file, size)


@pytest.mark.parametrize("damage", [flip_a_byte, end_in_zeros])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_of_lite_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "lite"
    shutil.copytree(LITE, folder)
    damage(folder / name)
    monkeypatch.setattr("workers.scorers.lite.scorer.LiteScorer.__init__.__defaults__", (1, folder))
    told = refusal("lite")
    assert str(folder / name) in told
    assert "install tactful again" in told


@pytest.mark.parametrize("damage", [flip_a_byte, end_in_zeros])
@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_damaged_file_of_a_model_directory_is_named(
    tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    scorer = of_lites_network(tmp_path)
    damage(tmp_path / "model" / name)
    assert str(tmp_path / "model" / name) in refusal(scorer)
