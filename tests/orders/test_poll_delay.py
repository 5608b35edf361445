"""Waiting receipts poll as soon as they should, and never too many in one second."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.poll_delay import MAX_SPREAD_SECONDS, PollScheduler
from tests.orders.clock import Clock


def test_a_few_receipts_poll_as_soon_as_they_should() -> None:
    clock = Clock()
    scheduler = PollScheduler(100, clock)
    for n in range(50):
        assert [scheduler.schedule(delay) for delay in (0.3, 1, 2, 5, 30)] == [0.3, 1, 2, 5, 30]
        clock.now += 1 + n / 100


def test_a_crowd_is_spread_over_the_seconds_to_come() -> None:
    clock = Clock()
    scheduler = PollScheduler(100, clock)
    seconds = Counter(int(clock.now + scheduler.schedule(1)) for _ in range(2000))
    assert max(seconds.values()) <= 101
    assert min(seconds) == 1001
    assert max(seconds) <= 1022


def test_a_second_takes_as_many_polls_as_the_limit_and_the_next_one_is_spread() -> None:
    scheduler = PollScheduler(2, Clock())
    assert [scheduler.schedule(1) for _ in range(5)] == [1, 1, 2.2, 2.8, 3.2]


def test_a_full_minute_takes_no_longer_delay() -> None:
    scheduler = PollScheduler(1, Clock())
    delays = [scheduler.schedule(30) for _ in range(40)]
    assert delays[30] == max(delays[:31])
    assert MAX_SPREAD_SECONDS < delays[-1] <= MAX_SPREAD_SECONDS + 11


@given(st.lists(st.sampled_from([0.3, 1.0, 2.0, 5.0, 30.0]), max_size=300), st.integers(1, 5))
def test_no_receipt_waits_for_less_than_it_should_or_for_very_long(delays: list[float], limit: int) -> None:
    scheduler = PollScheduler(limit, Clock())
    for delay in delays:
        scheduled = scheduler.schedule(delay)
        assert delay - 1 <= scheduled <= MAX_SPREAD_SECONDS + 2 + len(delays) / limit
        assert scheduled > 0


def test_what_is_past_is_forgotten() -> None:
    clock = Clock()
    scheduler = PollScheduler(1, clock)
    for _ in range(1000):
        scheduler.schedule(0.3)
        clock.now += 1
    assert len(scheduler.scheduled) <= 2


def test_no_poll_is_scheduled_beyond_the_last_second_however_many_wait() -> None:
    clock = Clock()
    clock.now += 0.5
    scheduler = PollScheduler(1, clock)
    for _ in range(200):
        scheduler.schedule(1)
    assert clock.now + MAX_SPREAD_SECONDS <= max(scheduler.scheduled) <= clock.now + MAX_SPREAD_SECONDS + 1
