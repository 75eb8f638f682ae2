from pathlib import Path

import pytest
from click.testing import CliRunner

from service.__main__ import tactful
from service.faults import Fault
from tests.scorers_detoxify.tiny import build
from workers.scorers.load import load_scorer

pytestmark = pytest.mark.detoxify


def test_a_checkpoint_becomes_a_scorer_without_torch(tmp_path: Path) -> None:
    target, texts = tmp_path / "models" / "tiny", tmp_path / "texts.txt"
    texts.write_text("you are an idiot\n\nhello\n")
    checkpoint = build("original", tmp_path / "source")
    options = ["--checkpoint", str(checkpoint), "--to", str(target), "--int8"]
    result = CliRunner().invoke(
        tactful, ["model", "export", *options, "--texts", str(texts)], catch_exceptions=False
    )
    assert "ONNX against torch: 2 texts: largest difference" in result.output
    assert "int8 against torch: 2 texts: largest difference" in result.output
    assert f"TACTFUL_SCORER=onnx:{target}" in result.output
    assert load_scorer(f"onnx:{target}").score(["hello"])


def test_weights_that_are_not_there_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    options = ["--from", "detoxify:unbiased", "--to", str(tmp_path / "out")]
    with pytest.raises(Fault, match="toxic_debiased-c7548aa0"):
        CliRunner().invoke(tactful, ["model", "export", *options], catch_exceptions=False)
