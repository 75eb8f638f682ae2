"""Building an image takes a minute and root, so it is left out unless asked for with `--image`."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    wanted = config.getoption("--image") or collection_path.name != "test_image.py"
    return None if wanted else True
