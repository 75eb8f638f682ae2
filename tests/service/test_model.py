import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.__main__ import tactful
from service.faults import Fault
from service.settings import DETOXIFY_MODELS


def run(*arguments: str) -> Result:
    return CliRunner().invoke(tactful, ["model", *arguments])


def test_the_list_says_what_is_in_use_and_what_the_others_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    result = run("list")
    assert result.exit_code == 0
    assert result.output.startswith("* lite\t")
    for name in DETOXIFY_MODELS:
        assert f"  detoxify:{name}\t" in result.output


def test_an_unusable_scorer_is_listed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACTFUL_SCORER", "onnx:/nowhere")
    assert "* onnx:/nowhere\tnot usable: TACTFUL_SCORER: there is no" in run("list").output


def test_export_wants_one_source(tmp_path: Path) -> None:
    assert "give either --from" in run("export", "--to", str(tmp_path / "out")).output


def test_export_without_its_packages_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "workers.scorers.detoxify", raising=False)
    result = run("export", "--from", "detoxify:original", "--to", str(tmp_path / "out"))
    assert isinstance(result.exception, Fault)
    assert "tactful[export]" in str(result.exception)


def test_export_writes_over_nothing(tmp_path: Path) -> None:
    result = run("export", "--from", "detoxify:original", "--to", str(tmp_path))
    assert "is there already" in str(result.exception)
