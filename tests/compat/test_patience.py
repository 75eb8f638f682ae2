"""Waiting less while no verdicts come."""

from service.compat.patience import LONG_SECONDS, MEMORY_SECONDS, SHORT_SECONDS, Patience


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_after_a_long_wait_in_vain_others_wait_shortly_for_a_moment() -> None:
    clock = Clock()
    patience = Patience(clock)
    assert patience.seconds(0.8) == 0.8
    patience.in_vain(0.8)
    assert patience.seconds(0.8) == SHORT_SECONDS
    clock.now += MEMORY_SECONDS
    assert patience.seconds(0.8) == 0.8


def test_a_short_wait_in_vain_says_nothing() -> None:
    patience = Patience(Clock())
    patience.in_vain(LONG_SECONDS - 0.01)
    assert patience.seconds(0.8) == 0.8


def test_a_verdict_in_time_ends_it() -> None:
    patience = Patience(Clock())
    patience.in_vain(0.8)
    patience.in_time()
    assert patience.seconds(0.8) == 0.8


def test_nobody_waits_longer_than_wanted() -> None:
    patience = Patience(Clock())
    patience.in_vain(0.8)
    assert patience.seconds(0.05) == 0.05
