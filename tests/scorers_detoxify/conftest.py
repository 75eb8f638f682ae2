"""Left out unless asked for: with `--detoxify`, a missing torch is an error, not a skip."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    del collection_path
    return None if config.getoption("--detoxify") else True
