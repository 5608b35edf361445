"""The state by which an order is shown, with its refunds and disputes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.order import NEEDS_REVIEW, PaymentState
from bookshop.orders.order_state import (
    PARTLY_REFUNDED,
    REFUNDED,
    STATES,
    DisputeStage,
    dispute_stage,
    order_state,
)
from tests.builders import sgd

TOTAL = sgd(3800)


@pytest.mark.parametrize(
    ("refunded", "state"),
    [(0, "paid"), (1, PARTLY_REFUNDED), (3799, PARTLY_REFUNDED), (3800, REFUNDED), (3801, REFUNDED)],
)
def test_a_paid_order_is_shown_with_its_refunds(refunded: int, state: str) -> None:
    assert order_state(PaymentState.PAID, "", TOTAL, sgd(refunded)) == state


@given(st.sampled_from(PaymentState), st.integers(0, 5000))
def test_a_review_comes_first_and_only_a_paid_order_is_refunded(payment: PaymentState, minor: int) -> None:
    assert order_state(payment, "amount", TOTAL, sgd(minor)) == NEEDS_REVIEW
    state = order_state(payment, "", TOTAL, sgd(minor))
    assert state in STATES
    assert state == payment or payment is PaymentState.PAID


@pytest.mark.parametrize(
    ("dispute", "stage"),
    [
        ("", DisputeStage.NONE),
        ("won", DisputeStage.NONE),
        ("warning_closed", DisputeStage.NONE),
        ("prevented", DisputeStage.NONE),
        ("lost", DisputeStage.LOST),
        ("needs_response", DisputeStage.OPEN),
        ("under_review", DisputeStage.OPEN),
        ("warning_needs_response", DisputeStage.OPEN),
        ("a status that Stripe adds later", DisputeStage.OPEN),
    ],
)
def test_a_dispute_is_open_until_it_is_decided(dispute: str, stage: DisputeStage) -> None:
    assert dispute_stage(dispute) is stage
