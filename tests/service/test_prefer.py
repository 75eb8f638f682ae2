import pytest

from service.http.prefer import wanted_wait


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=5", 5),
        ("WAIT = 5", 5),
        ('wait="5"', 5),
        ("respond-async, wait=5", 5),
        ("wait=5; foo=bar", 5),
        ("wait=7, wait=9", 7),
        ("wait=0", 0),
        ("wait=31", 30),
        ("wait=" + "9" * 5_000, 30),
    ],
)
def test_a_wait_is_understood(prefer: str, seconds: int) -> None:
    assert wanted_wait(prefer) == seconds


@pytest.mark.parametrize(
    "prefer",
    [
        None,
        "",
        "wait",
        "wait=",
        "wait=soon",
        "wait=-1",
        "wait=1.5",
        "wait=٣",
        "waiting=5",
        ",,;;==",
    ],
)
def test_what_is_malformed_is_ignored(prefer: str | None) -> None:
    assert wanted_wait(prefer) is None
