"""Which copies may be cancelled, and what goes back for them: rules alone."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.rules import NotAllowed
from bookshop.payments.cancel_rules import plan_cancellation
from tests.builders import sgd
from tests.payments.refund_cases import EMMA, ORDER, PERSUASION, standing, states_after


@pytest.mark.parametrize(
    ("emma", "persuasion", "refunded", "kept", "minor", "is_whole"),
    [
        # all of it, with the delivery
        ("in_stock in_stock", "in_stock", 0, {}, 3800, True),
        ("to_order packed", "ready", 0, {}, 3800, True),
        # what goes back already is a part of it
        ("in_stock in_stock", "in_stock", 400, {}, 3400, True),
        ("in_stock in_stock", "in_stock", 3800, {}, 0, True),
        # a copy was sent, so that the delivery was made
        ("shipped in_stock", "in_stock", 0, {}, 2100, False),
        ("shipped in_stock", "returned", 900, {}, 1200, False),
        # the sent copy was paid back, and stays with the shopper
        ("shipped in_stock", "in_stock", 1200, {EMMA: 1}, 2100, False),
        # the others were cancelled before, each with its price
        ("in_stock cancelled", "cancelled", 2100, {}, 1700, True),
        # after a refund that failed the money goes back with the next cancellation
        ("in_stock cancelled", "cancelled", 0, {}, 3800, True),
        # what was paid back of the order is not paid back again for its copies
        ("shipped shipped", "in_stock", 900, {}, 0, False),
        ("shipped shipped", "in_stock", 400, {}, 500, False),
    ],
)
def test_all_goes_back_that_is_not_for_what_the_shopper_has_or_still_gets(
    emma: str, persuasion: str, refunded: int, kept: Mapping[str, int], minor: int, is_whole: bool
) -> None:
    before = standing(emma, persuasion, refunded)
    plan = plan_cancellation(before, kept, None)
    assert (plan.amount, plan.is_whole) == (sgd(minor), is_whole)
    open_states = ("to_order", "in_stock", "packed", "ready")
    assert not any(state in line for line in states_after(before, plan.moves) for state in open_states)


@pytest.mark.parametrize(
    ("chosen", "minor", "after"),
    [
        ({EMMA: 1}, 1200, ("packed cancelled", "in_stock")),
        ({EMMA: None}, 2400, ("cancelled cancelled", "in_stock")),
        ({PERSUASION: 1}, 900, ("to_order packed", "cancelled")),
        ({EMMA: 2, PERSUASION: None}, 3800, ("cancelled cancelled", "cancelled")),
    ],
)
def test_some_copies_are_cancelled_for_their_price(
    chosen: Mapping[str, int | None], minor: int, after: tuple[str, str]
) -> None:
    before = standing("to_order packed")
    plan = plan_cancellation(before, {}, chosen)
    assert (plan.amount, states_after(before, plan.moves)) == (sgd(minor), after)


@pytest.mark.parametrize(
    ("emma", "chosen", "message"),
    [
        ("shipped shipped", {EMMA: 1}, "No copy of .* can be cancelled: 2 shipped"),
        ("shipped in_stock", {EMMA: 2}, "Only 1 of .* can be cancelled: 1 in stock, 1 shipped"),
        ("in_stock in_stock", {EMMA: 0}, "0 is not a valid number"),
        ("in_stock in_stock", {"9780000000002": 1}, "is not in this order"),
        ("shipped returned", None, "No copy can be cancelled now: 2 shipped, 1 returned"),
    ],
)
def test_copies_that_have_left_cannot_be_cancelled(
    emma: str, chosen: Mapping[str, int | None] | None, message: str
) -> None:
    with pytest.raises(NotAllowed, match=message):
        plan_cancellation(standing(emma, "shipped"), {}, chosen)


@pytest.mark.parametrize(
    ("dispute", "minor"),
    [("won", 3800), ("warning_needs_response", 3800), ("lost", 0), ("under_review", None)],
)
def test_nothing_is_promised_that_stripe_refuses_for_a_dispute(dispute: str, minor: int | None) -> None:
    before = replace(standing(), order=replace(ORDER, dispute=dispute))
    if minor is None:
        with pytest.raises(NotAllowed, match="Accept the dispute at Stripe"):
            plan_cancellation(before, {}, None)
    else:
        assert plan_cancellation(before, {}, None).amount == sgd(minor)


@given(st.lists(st.sampled_from(CopyState), min_size=3, max_size=3), st.integers(0, 3800))
def test_a_cancellation_never_pays_back_more_than_was_paid(states: list[CopyState], refunded: int) -> None:
    before = standing(" ".join(states[:2]), states[2], refunded)
    try:
        plan = plan_cancellation(before, {}, None)
    except NotAllowed:
        return
    assert 0 <= plan.amount.minor <= 3800 - refunded
    if plan.is_whole:
        assert plan.amount.minor == 3800 - refunded
