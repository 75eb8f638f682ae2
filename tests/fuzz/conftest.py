"""The app of the API's tests, and a watch on it: nothing may end in a fault of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from tests.service.api.conftest import (  # noqa: F401 - fixtures
    analyzer,
    app,
    blog,
    client,
    clock,
    context,
    database,
    redis,
    waiter,
)

FAULTS = {"request_failed", "drop_in_fault", "late_check_failed", "webhook_attempt_broke"}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@contextmanager
def no_fault() -> Iterator[None]:
    """Assert that the block logs no fault: the drop-in protocols hide theirs from the client."""
    with structlog.testing.capture_logs() as logs:
        yield
    assert [entry for entry in logs if entry["event"] in FAULTS] == []
