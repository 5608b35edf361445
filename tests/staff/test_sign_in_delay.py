"""Delays after failures."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis.strategies import integers

from bookshop.staff.sign_in_delay import MAX_DELAY, Actor, Failures, add_failure, take_back

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
ACTOR = Actor("hash", free=3)


def delay_after(count: int) -> timedelta:
    return add_failure(ACTOR, count - 1, NOW).retry_at - NOW


def test_delays_double_up_to_an_hour() -> None:
    assert [delay_after(count).total_seconds() for count in range(1, 8)] == [0, 0, 5, 10, 20, 40, 80]
    assert delay_after(12) < timedelta(hours=1)
    assert delay_after(13) == delay_after(10_000) == timedelta(hours=1)


@given(integers(1, 10**9))
def test_no_delay_is_shorter_than_the_one_before(count: int) -> None:
    assert timedelta() <= delay_after(count) <= delay_after(count + 1) <= MAX_DELAY


def test_a_delay_ends_and_a_clock_that_was_ahead_makes_nobody_wait_longer() -> None:
    failures = Failures(3, NOW + timedelta(seconds=5))
    assert failures.wait_until(NOW) == failures.retry_at
    assert failures.wait_until(failures.retry_at) is None
    assert Failures(3, NOW + MAX_DELAY + timedelta(seconds=1)).wait_until(NOW) is None


def test_a_success_takes_its_own_failure_back() -> None:
    assert take_back(Failures(20, NOW + MAX_DELAY), NOW) == Failures(19, NOW)
    assert take_back(Failures(0, NOW), NOW) == Failures(0, NOW)
