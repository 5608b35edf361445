"""Those who wait are asked to come back as soon as may be, and never too many at once."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.poll_scheduler import LONGEST_DELAY, PollScheduler, TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 1000.25

    def __call__(self) -> float:
        return self.now


def test_a_few_who_wait_come_back_as_soon_as_they_should() -> None:
    clock = Clock()
    appointments = PollScheduler(100, clock)
    for turn in range(50):
        assert [appointments.book(delay) for delay in (0.3, 1, 2, 5, 30)] == [0.3, 1, 2, 5, 30]
        clock.now += 1 + turn / 100


def test_a_crowd_is_spread_over_the_seconds_to_come() -> None:
    clock = Clock()
    appointments = PollScheduler(100, clock)
    seconds = Counter(int(clock.now + appointments.book(1)) for _ in range(2000))
    assert max(seconds.values()) <= 101
    assert min(seconds) == 1001
    assert max(seconds) <= 1022


@given(st.lists(st.sampled_from([0.3, 1.0, 2.0, 5.0, 30.0]), max_size=300), st.integers(1, 5))
def test_nobody_waits_for_less_than_they_should_or_for_very_long(delays: list[float], most: int) -> None:
    appointments = PollScheduler(most, Clock())
    for delay in delays:
        booked = appointments.book(delay)
        assert delay - 1 <= booked <= LONGEST_DELAY + 2
        assert booked > 0


def test_what_is_past_is_forgotten() -> None:
    clock = Clock()
    appointments = PollScheduler(1, clock)
    for _ in range(1000):
        appointments.book(0.3)
        clock.now += 1
    assert len(appointments.booked) <= 2


def test_a_budget_is_so_many_a_second_and_no_more() -> None:
    clock = Clock()
    budget = TokenBucket(10, clock, left=10)
    assert sum(budget.take() for _ in range(100)) == 10
    clock.now += 0.5
    assert sum(budget.take() for _ in range(100)) == 5
    clock.now += 1000
    assert sum(budget.take() for _ in range(100)) == 10
