"""The circuit breaker opens after failures in a row, lets one request through, and closes."""

from hypothesis import given
from hypothesis import strategies as st

from bookshop.payments.circuit_breaker import MAX_FAILURES, REST_SECONDS, CircuitBreaker
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.processes import free_port


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.booleans(), max_size=40))
def test_it_is_open_after_enough_failures_in_a_row(answers: list[bool]) -> None:
    breaker = CircuitBreaker(Clock())
    for answer in answers:
        breaker.record(has_response=answer)
    in_a_row = next((n for n, answer in enumerate(reversed(answers)) if answer), len(answers))
    assert breaker.is_open == (in_a_row >= MAX_FAILURES)
    assert breaker.allow_request() == (in_a_row < MAX_FAILURES)


def test_after_each_rest_one_request_is_allowed() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock)
    for _ in range(MAX_FAILURES):
        breaker.record(has_response=False)
    for _ in range(3):
        assert not breaker.allow_request()
        clock.now += REST_SECONDS
        assert breaker.allow_request()
        assert not breaker.allow_request()
        breaker.record(has_response=False)
    clock.now += REST_SECONDS
    assert breaker.allow_request()
    breaker.record(has_response=True)
    assert breaker.allow_request()
    assert not breaker.is_open


async def test_the_gateway_stops_sending_to_a_provider_that_does_not_answer() -> None:
    gateway = StripeGateway("sk_test_x", (), f"http://127.0.0.1:{free_port()}")
    assert gateway.is_reachable
    for _ in range(2):
        try:
            await gateway.read_payment("pi_1")
        except ProviderUnavailable:
            continue
    assert not gateway.is_reachable
    await gateway.close()
