"""When a webhook is sent again."""

from datetime import UTC, datetime, timedelta

import pytest

from workers.retries import SCHEDULE, Consequence, consequence, parse_retry_after

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def _wait(step: int, jitter: float = 0.0, retry_after: timedelta | None = None) -> timedelta:
    found = consequence(500, step, retry_after, NOW, jitter)
    assert found.next_attempt_at is not None
    return found.next_attempt_at - NOW


def test_the_schedule_is_the_promised_one() -> None:
    promised = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert [_wait(step).total_seconds() for step in range(len(SCHEDULE))] == promised
    assert consequence(500, len(SCHEDULE), None, NOW, 0.0) == Consequence("failed")


def test_jitter_makes_a_retry_later_never_earlier() -> None:
    assert _wait(1, jitter=1.0) == timedelta(minutes=5, seconds=30)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_success(status: int) -> None:
    assert consequence(status, 0, None, NOW, 0.5) == Consequence("delivered")


@pytest.mark.parametrize("status", [None, 199, 300, 302, 400, 404, 429, 500, 503])
def test_anything_else_is_tried_again(status: int | None) -> None:
    assert consequence(status, 0, None, NOW, 0.5).state == "pending"


def test_410_ends_it() -> None:
    assert consequence(410, 0, None, NOW, 0.5) == Consequence("failed", gone=True)


def test_retry_after_is_obeyed_between_the_step_and_a_day() -> None:
    assert _wait(1, retry_after=timedelta(seconds=1)) == timedelta(minutes=5)
    assert _wait(1, retry_after=timedelta(hours=3)) == timedelta(hours=3)
    assert _wait(1, retry_after=timedelta(days=30)) == timedelta(hours=24)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("9" * 5000, 86_400),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 12:01:00 -0000", 60),
        ("Tuesday, 24-Nov-26 12:01:00 GMT", 60),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: int) -> None:
    assert parse_retry_after(text, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1.5", "٣", "Tue, 99 Nov 2026", "\0"])
def test_what_is_neither_counts_for_nothing(text: str | None) -> None:
    assert parse_retry_after(text, NOW) is None
