"""A receipt shows the state of the payment, and polls only while something can change."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.order import PaymentState
from bookshop.orders.poll_delay import poll_delay
from bookshop.orders.receipt import ReceiptState, receipt_state
from tests.builders import a_book, an_order

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


ORDER = an_order(a_book(), intent_id="pi_1")


FAILURE = "Your card was declined."


# what the reader is updates when it is certain, and when it may have changed already
STATES = {
    (PaymentState.PAID, "succeeded"): (ReceiptState.PAID, ReceiptState.PAID),
    (PaymentState.CANCELLED, "canceled"): (ReceiptState.CANCELLED, ReceiptState.CANCELLED),
    (PaymentState.CANCELLED, ""): (ReceiptState.CANCELLED, ReceiptState.CANCELLED),
    (PaymentState.PROCESSING, "processing"): (ReceiptState.WAITING, ReceiptState.WAITING),
    (PaymentState.OPEN, ""): (ReceiptState.UNPAID, ReceiptState.WAITING),
    (PaymentState.OPEN, "requires_payment_method"): (ReceiptState.UNPAID, ReceiptState.WAITING),
    (PaymentState.OPEN, "requires_confirmation"): (ReceiptState.UNPAID, ReceiptState.WAITING),
    (PaymentState.OPEN, "requires_action"): (ReceiptState.ACTION, ReceiptState.WAITING),
}


def test_a_required_step_stays_on_the_page_until_it_is_known_to_be_done() -> None:
    order = replace(ORDER, intent_status="requires_action:qr_code")
    assert receipt_state(order, now=NOW, is_fresh=False, shown="action") is ReceiptState.ACTION
    assert receipt_state(ORDER, now=NOW, is_fresh=False, shown="action") is ReceiptState.WAITING
    paid = replace(order, payment=PaymentState.PAID, intent_status="succeeded")
    assert receipt_state(paid, now=NOW, is_fresh=False, shown="action") is ReceiptState.PAID


@pytest.mark.parametrize(("payment", "status"), STATES)
def test_a_receipt_shows_the_state_of_the_payment(payment: PaymentState, status: str) -> None:
    order = replace(ORDER, payment=payment, intent_status=status)
    certain, uncertain = STATES[payment, status]
    assert receipt_state(order, now=NOW, is_fresh=True) is certain
    assert receipt_state(order, now=NOW, is_fresh=False) is uncertain


@pytest.mark.parametrize("payment", [PaymentState.OPEN, PaymentState.PROCESSING, PaymentState.CANCELLED])
@pytest.mark.parametrize("is_fresh", [True, False])
def test_a_review_is_shown_before_any_state_but_paid(payment: PaymentState, is_fresh: bool) -> None:
    in_review = replace(ORDER, payment=payment, review_reason="amount", intent_status="succeeded")
    assert receipt_state(in_review, now=NOW, is_fresh=is_fresh) is ReceiptState.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("requires_payment_method", ReceiptState.FAILED),
        ("requires_confirmation", ReceiptState.FAILED),
        ("requires_action", ReceiptState.ACTION),
    ],
)
def test_a_failure_is_shown_unless_the_shopper_is_paying_again(status: str, state: ReceiptState) -> None:
    order = replace(ORDER, intent_status=status, failure=FAILURE)
    assert receipt_state(order, now=NOW, is_fresh=True) is state


@pytest.mark.parametrize("state", [ReceiptState.WAITING, ReceiptState.ACTION])
def test_a_waiting_page_polls_ever_more_seldom_but_never_gives_up(state: ReceiptState) -> None:
    delays = [poll_delay(state, turn) or 0 for turn in range(200)]
    assert 0 < delays[0] <= 1
    assert all(earlier <= later for earlier, later in pairwise(delays))
    assert delays[-1] == max(delays) == 30
    # the first minute is when most banks answer
    assert sum(delay <= 5 for delay in delays) >= 20


@given(st.integers())
def test_whatever_number_of_polls_a_browser_claims_it_waits_a_sensible_while(turn: int) -> None:
    assert 0.3 <= (poll_delay(ReceiptState.WAITING, turn) or 0) <= 30


@pytest.mark.parametrize("state", sorted(set(ReceiptState) - {ReceiptState.WAITING, ReceiptState.ACTION}))
def test_a_page_does_not_poll_when_nothing_can_change(state: ReceiptState) -> None:
    assert poll_delay(state, 0) is None


@pytest.mark.parametrize(
    ("polls", "delay"), [(0, 0.3), (1, 1), (4, 1), (5, 2), (14, 2), (15, 5), (39, 5), (40, 30), (100, 30)]
)
def test_each_delay_lasts_for_its_number_of_polls(polls: int, delay: float) -> None:
    assert poll_delay(ReceiptState.WAITING, polls) == delay
