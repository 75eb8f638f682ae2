"""The image is built here and started, as what it says it is. Run with `--image`, as root."""

import json
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.deployment.image import Buildah, Container, Image, running

pytestmark = pytest.mark.timeout(1200)

COMPILERS = ("gcc", "cc", "g++", "clang", "ld", "as", "make", "rustc")


@pytest.fixture(scope="module")
def image(buildah: Buildah, default_image: str) -> Iterator[Image]:
    with buildah.unpacked(default_image) as unpacked:
        yield unpacked


@pytest.fixture(scope="module")
def container(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    with running(image, tmp_path_factory.mktemp("container")) as started:
        yield started


def test_the_service_is_ready(container: Container) -> None:
    assert '{"ready":true,"missing":{}}' in container.ask("/readyz")


def test_the_health_check_passes(container: Container) -> None:
    kind, *command = container.image.config["Healthcheck"]["Test"]
    assert kind == "CMD"
    assert container.run(*command).returncode == 0


def test_a_comment_is_judged(container: Container) -> None:
    assert container.judged("you s h i t")["action"] == "review"


def test_every_process_is_an_ordinary_user_that_cannot_become_another(
    container: Container,
) -> None:
    user = int(container.image.config["User"])
    processes = [container.init, *container.init.children(recursive=True)]
    assert len(processes) >= 6  # up, web and its worker, both workers, cron, Redis
    for process in processes:
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert set(process.uids()) == {user}
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status


def test_the_root_file_system_is_read_only(container: Container) -> None:
    write = container.run("python", "-c", "open('/opt/tactful/x', 'w')")
    assert "Read-only file system" in write.stderr


def test_nothing_goes_wrong_that_the_log_tells_of(container: Container) -> None:
    log = container.log.read_text()
    assert not any(word in log.lower() for word in ("traceback", "warn", "error", "telemetry")), log


def test_no_compiler_no_torch_no_pip(image: Image) -> None:
    folders = [image.root / folder.lstrip("/") for folder in image.environment["PATH"].split(":")]
    programs = {file.name for folder in folders if folder.is_dir() for file in folder.iterdir()}
    assert "tactful" in programs
    assert programs.isdisjoint(COMPILERS)
    packages = {file.name for file in image.python.iterdir()}
    assert "flask" in packages
    assert packages.isdisjoint({"torch", "pip", "wheel", "pytest", "hatchling"})


def test_the_bill_of_materials_names_everything_that_is_in_it(image: Image) -> None:
    bill = json.loads((image.root / "opt" / "tactful" / "sbom.cdx.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    told = {part["name"].lower(): part["version"] for part in bill["components"]}
    installed = {
        found.metadata["Name"].lower(): found.version
        for found in distributions(path=[str(image.python)])
    }
    assert installed.keys() - told.keys() <= {"tactful"}  # which the bill is of
    assert {name: told[name] for name in installed if name in told} == {
        name: version for name, version in installed.items() if name in told
    }


def test_the_labels_say_what_it_is(image: Image) -> None:
    labels = image.config["Labels"]
    for name in ("title", "description", "licenses", "version", "revision"):
        assert labels[f"org.opencontainers.image.{name}"]
