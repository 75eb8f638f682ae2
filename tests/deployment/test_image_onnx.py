"""The target `onnx` with a model in it: the weights of `lite`, as an export would lie there."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.image import ROOT, Buildah, Container, running
from workers.scorers.model_directory import Manifest, new_directory, write_manifest

pytestmark = pytest.mark.timeout(1200)

LITE = ROOT / "workers" / "scorers" / "lite_model"


@pytest.fixture(scope="module")
def model() -> Iterator[Path]:
    """Give `models/onnx`: what lies there already, else a small one for as long as it is needed."""
    target = ROOT / "models" / "onnx"
    if target.exists():
        yield target
        return
    card = json.loads((LITE / "card.json").read_text())
    manifest = Manifest(
        name="onnx-lite",
        source={"model": "lite"},
        labels=list(card["labels"]),
        limit=card["window"],
        pad_id=0,
        quantised=True,
    )
    with new_directory(target) as directory:
        for name in ("model.onnx", "tokenizer.json"):
            shutil.copy(LITE / name, directory)
        write_manifest(directory, manifest)
    yield target
    shutil.rmtree(target)


@pytest.fixture(scope="module")
def container(
    buildah: Buildah,
    base_image: str,
    default_image: str,
    model: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Container]:
    assert model.is_dir()  # the Dockerfile copies it
    # The stage `build` is the same for both: its outcome is taken from the image that has it.
    built = f"--build-context=build=container-image://{default_image}"
    name = buildah.build(base_image, "onnx", built)
    with (
        buildah.unpacked(name) as image,
        running(image, tmp_path_factory.mktemp("onnx")) as started,
    ):
        yield started


def test_the_service_is_ready(container: Container) -> None:
    assert '{"ready":true,"missing":{}}' in container.ask("/readyz")


def test_comments_are_judged_by_the_model_that_was_put_in(
    container: Container, model: Path
) -> None:
    ours = json.loads((model / "manifest.json").read_text())
    verdict = container.judged("you are an idiot")
    assert verdict["engine"]["name"] == ours["name"]
    assert verdict["engine"]["version"] == ours["digests"]["model.onnx"][:12]
    assert ours["labels"][0] in verdict["scores"]
