import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from tests.scorers.graphs import optimised
from tests.scorers_detoxify.tiny import build
from workers.scorers.detoxify import LoadedDetoxify, load_detoxify
from workers.scorers.export import ExportFailed, export
from workers.scorers.load import load_scorer
from workers.scorers.model_directory import MANIFEST, MODEL, PARITY, TOKENIZER
from workers.scorers.onnx import SLOWER_FUSED
from workers.scorers.parity import ParityReport
from workers.scorers.parity_texts import COUNT, parity_texts
from workers.scorers.protocol import Scorer, ScorerUnavailable

pytestmark = pytest.mark.detoxify

TEXTS = ["you are an idiot", "hello 😡", "", "the lovely tram " * 300]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedDetoxify:
    return load_detoxify(str(build("original", tmp_path_factory.mktemp("original"))))


@pytest.fixture(scope="module")
def exported(loaded: LoadedDetoxify, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("exported") / "model"
    export(loaded, target, parity_texts(), int8=True)
    return target


def assert_close(ours: Scorer, theirs: Scorer, tolerance: float) -> None:
    for mine, reference in zip(ours.score(TEXTS), theirs.score(TEXTS), strict=True):
        assert mine == pytest.approx(reference, abs=tolerance)


@dataclass(frozen=True)
class Whole:
    """A checkpoint of one architecture, and what its export of 32 bits left and told."""

    checkpoint: Path
    loaded: LoadedDetoxify
    attention: str  # as transformers would have computed it, before
    directory: Path
    report: ParityReport


NAMES = ["original", "unbiased", "multilingual", "unbiased-small", "distilled"]


@pytest.fixture(scope="module", params=NAMES)
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp(request.param)
    checkpoint = build(request.param, folder)
    loaded = load_detoxify(str(checkpoint))
    attention = loaded.model.config._attn_implementation
    report = export(loaded, folder / "out", TEXTS, int8=False)
    return Whole(checkpoint, loaded, attention, folder / "out", report)


def test_an_exported_model_scores_what_torch_scores(whole: Whole) -> None:
    assert whole.report.exported.largest <= 1e-4
    assert whole.report.quantised is None
    ours = load_scorer(f"onnx:{whole.directory}")
    assert_close(ours, load_scorer(f"detoxify:{whole.checkpoint}"), 1e-4)


def test_no_layer_is_written_in_more_operators_than_it_needs(whole: Whole) -> None:
    assert not {"Erf", "IsNaN"} & operators(whole.directory / MODEL)


@pytest.mark.parametrize("whole", ["original", "unbiased", "multilingual"], indirect=True)
def test_the_last_layer_computes_the_only_token_that_is_read(whole: Whole) -> None:
    model = onnx.load(whole.directory / MODEL)
    inside = [node.output[0] for node in model.graph.node if node.op_type == "Gelu"]
    model.graph.output.extend(map(onnx.helper.make_empty_tensor_value_info, inside))
    session = onnxruntime.InferenceSession(model.SerializeToString())
    ids = np.full((2, 7), 5)
    states = session.run(inside, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    assert [state.shape[1] for state in states] == [7, 1]


def test_what_was_exported_is_in_memory_as_it_was(whole: Whole) -> None:
    assert whole.loaded.model.config._attn_implementation == whole.attention
    ids = torch.full((2, 7), 5)
    states = whole.loaded.model.base_model(ids, torch.ones_like(ids)).last_hidden_state
    assert states.shape[:2] == ids.shape


def test_a_quantised_model_says_how_far_it_is_from_torch(exported: Path) -> None:
    report = ParityReport.model_validate_json((exported / PARITY).read_text())
    assert report.exported.largest <= 1e-4
    assert report.quantised is not None
    assert report.quantised.texts == COUNT
    assert 0 < report.quantised.mean <= report.quantised.largest < 0.2
    assert 0.9 < report.quantised.decisions_agreeing <= 1


def operators(model: Path) -> set[str]:
    return {node.op_type for node in onnx.load(model).graph.node}


def test_onnxruntime_still_knows_the_slow_fusion_that_is_left_out(
    exported: Path, tmp_path: Path
) -> None:
    """It ignores a name that it does not know."""
    by_itself = operators(optimised(exported / MODEL, tmp_path / "by-itself.onnx", []))
    ours = operators(optimised(exported / MODEL, tmp_path / "ours.onnx", SLOWER_FUSED))
    assert "SkipLayerNormalization" in by_itself - ours
    assert {"LayerNormalization", "Gelu", "DynamicQuantizeMatMul"} <= ours


@pytest.mark.parametrize("whole", ["original"], indirect=True)
def test_without_8_bits_gelu_is_left_apart_too(whole: Whole, tmp_path: Path) -> None:
    model = whole.directory / MODEL
    by_itself = operators(optimised(model, tmp_path / "by-itself.onnx", []))
    ours = operators(optimised(model, tmp_path / "ours.onnx", SLOWER_FUSED))
    assert "BiasGelu" in by_itself - ours


def test_the_verdicts_engine_names_the_model_and_its_version(exported: Path) -> None:
    engine = load_scorer(f"onnx:{exported}").engine
    assert engine.name == "onnx-detoxify-tiny-int8"
    assert json.loads((exported / MANIFEST).read_text())["digests"][MODEL][:12] == engine.version


def test_an_exported_model_needs_no_torch(exported: Path) -> None:
    program = (
        "import sys; from workers.scorers.load import load_scorer;"
        f"print(load_scorer('onnx:{exported}').score(['hello'])[0]['toxicity']);"
        "sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'detoxify', 'onnx')))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_nothing_is_written_over(exported: Path, loaded: LoadedDetoxify) -> None:
    with pytest.raises(FileExistsError):
        export(loaded, exported, TEXTS, int8=False)


def test_an_export_that_fails_leaves_nothing(
    loaded: LoadedDetoxify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(_model: Path) -> Callable[..., object]:
        return lambda ids, _mask: torch.full((len(ids), 6), float("nan")).numpy()

    monkeypatch.setattr("workers.scorers.export.onnx_forward", wrong)
    with pytest.raises(ExportFailed):
        export(loaded, tmp_path / "out", TEXTS, int8=True)
    assert list(tmp_path.iterdir()) == []


def without(name: str) -> Callable[[Path], object]:
    return lambda directory: (directory / name).unlink()


def cut_short(name: str) -> Callable[[Path], object]:
    def cut(directory: Path) -> None:
        content = (directory / name).read_bytes()
        (directory / name).write_bytes(content[: len(content) // 2])

    return cut


def of_another_version(directory: Path) -> None:
    manifest = json.loads((directory / MANIFEST).read_text())
    (directory / MANIFEST).write_text(json.dumps(manifest | {"format": 2, "new_field": 1}))


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (without(MANIFEST), "not a whole model directory"),
        (without(MODEL), MODEL),
        (without(TOKENIZER), TOKENIZER),
        (cut_short(MODEL), MODEL),
        (cut_short(MANIFEST), "not a whole model directory"),
        (of_another_version, "another version of tactful"),
    ],
)
def test_a_directory_that_is_not_whole_is_refused(
    damage: Callable[[Path], object], word: str, exported: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "copy"
    directory.mkdir()
    for file in exported.iterdir():
        (directory / file.name).write_bytes(file.read_bytes())
    damage(directory)
    with pytest.raises(ScorerUnavailable, match=word):
        load_scorer(f"onnx:{directory}")
