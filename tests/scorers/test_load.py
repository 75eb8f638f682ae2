import json
import sys
from pathlib import Path

import pytest

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


def test_other_weights_than_the_manifests_are_refused(whole: Path) -> None:
    (whole / MODEL).write_bytes(b"Weights")
    with pytest.raises(ScorerUnavailable, match=MODEL):
        read_manifest(whole)


def test_another_versions_directory_is_refused(whole: Path) -> None:
    content = json.loads((whole / "manifest.json").read_text())
    (whole / "manifest.json").write_text(json.dumps(content | {"format": FORMAT + 1}))
    with pytest.raises(ScorerUnavailable, match="another version"):
        read_manifest(whole)


def test_a_model_that_onnxruntime_cannot_read_says_so(whole: Path) -> None:
    assert str(whole) in refusal(f"onnx:{whole}")
