"""An installation on PostgreSQL; and the images, which take root and minutes, on request."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.image import Buildah, fill_wheelhouse
from tests.deployment.processes import Installation

ON_REQUEST = {
    "test_image.py": "--image",
    "test_image_onnx.py": "--image",
    "test_image_detoxify.py": "--image-detoxify",
}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    option = ON_REQUEST.get(collection_path.name)
    return None if option is None or config.getoption(option) else True


@pytest.fixture
def installation(tmp_path: Path, postgres_database_url: str, redis_url: str) -> Installation:
    return Installation(tmp_path, postgres_database_url, redis_url)


def roomy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in memory where there is enough of it: vfs copies whole file systems."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30:
        return Path(tempfile.mkdtemp(prefix="tactful-image-", dir=memory))
    return tmp_path_factory.mktemp("buildah")


@pytest.fixture(scope="session")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    folder = roomy_folder(tmp_path_factory)
    yield Buildah(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def base_image(buildah: Buildah) -> str:
    return buildah.make_base()


@pytest.fixture(scope="session")
def default_image(buildah: Buildah, base_image: str) -> str:
    fill_wheelhouse()
    return buildah.build(base_image, "default")
