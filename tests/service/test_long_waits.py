"""Places for those who wait long."""

from service.http.long_waits import SHORT_SECONDS, LongWaits


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_crowd_waits_shortly_while_answers_come() -> None:
    waits = LongWaits(2, Clock())
    with waits.up_to(10) as first, waits.up_to(10) as second, waits.up_to(10) as third:
        assert (first, second, third) == (10, 10, SHORT_SECONDS)
        with waits.up_to(0.1) as fourth:
            assert fourth == 0.1
    assert not waits.are_in_vain()


def test_of_a_kind_of_which_there_is_one_at_a_time_a_second_does_not_wait() -> None:
    waits = LongWaits(4, Clock())
    with waits.up_to(10, only="a") as first, waits.up_to(10, only="b") as other:
        with waits.up_to(10, only="a") as second:
            assert (first, other, second) == (10, 10, 0)
        with waits.up_to(10, only="a") as third:
            assert third == 0  # the second one gave nothing back, as it had nothing
    with waits.up_to(10, only="a") as later:
        assert later == 10


def test_who_found_no_place_takes_away_nobody_elses() -> None:
    waits = LongWaits(1, Clock())
    with waits.up_to(10):
        without = waits.up_to(10, only="a")
        assert without.__enter__() == SHORT_SECONDS
    with waits.up_to(10, only="a"):
        without.__exit__(None, None, None)
        with waits.up_to(10, only="a") as second:
            assert second == 0


def test_a_crowd_does_not_wait_at_all_behind_those_who_wait_in_vain() -> None:
    clock = Clock()
    waits = LongWaits(2, clock)
    with waits.up_to(10):
        clock.now += SHORT_SECONDS
        assert not waits.are_in_vain()  # one place is free
        with waits.up_to(10), waits.up_to(10) as third:
            assert waits.are_in_vain()
            assert third == 0
    with waits.up_to(10) as next_one:
        assert next_one == 10


def test_a_place_that_is_kept_while_answers_come_is_not_in_vain() -> None:
    clock = Clock()
    waits = LongWaits(1, clock)
    with waits.up_to(10):
        for _ in range(3):
            clock.now += SHORT_SECONDS / 2
            waits.answered()
        assert not waits.are_in_vain()
        clock.now += SHORT_SECONDS
        assert waits.are_in_vain()


def test_lists_leave_half_of_the_places_to_others() -> None:
    waits = LongWaits(3, Clock())
    for _ in range(2):  # what they had they give back
        with waits.up_to(10, is_list=True) as first, waits.up_to(10, is_list=True) as second:
            assert (first, second) == (10, SHORT_SECONDS)
            with waits.up_to(10) as other, waits.up_to(10) as another:
                assert (other, another) == (10, 10)
