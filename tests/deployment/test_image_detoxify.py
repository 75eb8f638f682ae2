"""The target `detoxify` with torch, on a tiny checkpoint. Run with `--image-detoxify`, as root.

It needs the CPU build of torch where pip finds it: an index that has it, or a folder of wheels.
"""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.deployment.image import ROOT, Buildah, Container, Image, fill_wheelhouse, running

pytestmark = pytest.mark.timeout(1800)

MAKE = "\n\nbuild('original', Path('/models/tiny'))"


def take_torch() -> None:
    """Put torch's CPU build beside the other wheels; that it is not to be had is an error."""
    command = ["download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--dest", str(ROOT / "wheelhouse"), "-r", str(ROOT / "deploy/locks/torch.txt")]
    subprocess.run([sys.executable, "-m", "pip", *command], check=True)


def make_checkpoint(image: Image) -> None:
    """Make a checkpoint in the image's /models, with the image's own torch."""
    script = (ROOT / "tests" / "scorers_detoxify" / "tiny.py").read_text() + MAKE
    python = ["chroot", str(image.root), "/opt/tactful/bin/python", "-c", script]
    subprocess.run(python, env=image.environment, check=True)


@pytest.fixture(scope="module")
def container(
    buildah: Buildah, base_image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Container]:
    fill_wheelhouse("--with", "detoxify")
    take_torch()
    with buildah.unpacked(buildah.build(base_image, "detoxify")) as image:
        make_checkpoint(image)
        chosen = image.with_setting("TACTFUL_SCORER", "detoxify:/models/tiny")
        with running(chosen, tmp_path_factory.mktemp("detoxify")) as started:
            yield started


def test_the_service_is_ready(container: Container) -> None:
    assert '{"ready":true,"missing":{}}' in container.ask("/readyz")


def test_comments_are_judged_by_detoxify(container: Container) -> None:
    verdict = container.judged("you are an idiot")
    assert verdict["engine"]["name"] == "detoxify-tiny"
    assert {"severe_toxicity", "identity_attack"} <= verdict["scores"].keys()


def test_the_checkpoints_are_looked_for_in_a_volume_and_nothing_is_fetched(
    container: Container,
) -> None:
    environment = container.image.environment
    assert environment["HF_HUB_OFFLINE"] == "1"
    missing = container.run("env", "TACTFUL_SCORER=detoxify:original", "tactful", "check", "hello")
    assert missing.returncode != 0
    assert "/models/hub/checkpoints" in missing.stderr
