"""An installation on PostgreSQL; and the image, which takes root and a minute, on request."""

from pathlib import Path

import pytest

from tests.deployment.processes import Installation


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    wanted = config.getoption("--image") or collection_path.name != "test_image.py"
    return None if wanted else True


@pytest.fixture
def installation(tmp_path: Path, postgres_database_url: str, redis_url: str) -> Installation:
    return Installation(tmp_path, postgres_database_url, redis_url)
