"""A token bucket allows so many actions per second and no more."""

from bookshop.orders.token_bucket import READS_PER_SECOND, TokenBucket
from tests.orders.clock import Clock


def test_a_bucket_allows_so_many_per_second_and_no_more() -> None:
    clock = Clock()
    bucket = TokenBucket(10, 20, clock, tokens=20)
    assert sum(bucket.take() for _ in range(100)) == 20
    clock.now += 0.5
    assert sum(bucket.take() for _ in range(100)) == 5
    clock.now += 1000
    assert sum(bucket.take() for _ in range(100)) == 20


def test_the_last_whole_token_can_be_taken() -> None:
    clock = Clock()
    bucket = TokenBucket(10, 10, clock, tokens=0, refilled_at=clock.now)
    assert not bucket.take()
    clock.now += 0.125
    assert bucket.take()
    assert not bucket.take()


def test_what_was_taken_in_vain_can_be_taken_again() -> None:
    clock = Clock()
    bucket = TokenBucket(1, 1, clock, tokens=1, refilled_at=clock.now)
    assert bucket.take()
    bucket.put_back()
    assert bucket.take()
    assert not bucket.take()


def test_a_new_bucket_is_full() -> None:
    bucket = TokenBucket(clock=Clock())
    assert sum(bucket.take() for _ in range(100)) == READS_PER_SECOND
