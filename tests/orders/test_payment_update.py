"""A payment's updates change its order by rule, in any sequence and however often they come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.money import Money
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_update import PaymentUpdate, find_mismatch, merge
from bookshop.orders.receipt import ReceiptState, receipt_state
from tests.builders import A_CHARGE, a_book, an_order, payment_update, sgd

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)


ORDER = an_order(a_book(), intent_id="pi_1")


FAILURE = "Your card was declined."


PENDING = ("requires_payment_method", "requires_confirmation", "requires_action", "processing")


pending = st.builds(
    lambda status, failure: payment_update(ORDER, status, failure=failure),
    st.sampled_from(PENDING),
    st.text(),
)


paid = st.just(payment_update(ORDER))


cancelled = st.just(payment_update(ORDER, "canceled"))


mismatched = st.sampled_from(
    [
        payment_update(ORDER, received=sgd(1)),
        payment_update(ORDER, received=Money(ORDER.total.minor, "USD")),
        payment_update(ORDER, order_id="another"),
    ]
)


foreign = st.builds(lambda update: replace(update, intent_id="pi_2"), pending | paid | cancelled)


anything = pending | paid | cancelled | mismatched | foreign


def merge_all(order: Order, *update: PaymentUpdate) -> Order:
    for one in update:
        order = merge(order, one, NOW)
    return order


@given(st.lists(pending | foreign), pending | paid | cancelled, st.data())
def test_updates_before_the_last_one_make_no_difference(
    earlier: list[PaymentUpdate], last: PaymentUpdate, data: st.DataObject
) -> None:
    before = data.draw(st.lists(st.sampled_from([*earlier, last]))) if last.status in PENDING else earlier
    assert merge_all(ORDER, *before, last) == merge_all(ORDER, last)


@given(st.lists(pending | foreign, max_size=8), paid | cancelled, st.data())
def test_a_final_update_ends_the_same_in_any_sequence_and_however_often_it_comes(
    earlier: list[PaymentUpdate], end: PaymentUpdate, data: st.DataObject
) -> None:
    updates = data.draw(st.permutations([*earlier, end, end]))
    assert merge_all(ORDER, *updates) == merge_all(ORDER, end)


@given(st.lists(anything))
def test_the_same_update_twice_changes_an_order_once(updates: list[PaymentUpdate]) -> None:
    once = merge_all(ORDER, *updates)
    assert merge_all(once, *updates[-1:]) == once


@given(st.lists(anything), st.lists(anything))
def test_a_paid_order_stays_as_it_is(before: list[PaymentUpdate], after: list[PaymentUpdate]) -> None:
    order = merge_all(ORDER, *before)
    if order.payment is PaymentState.PAID:
        assert merge_all(order, *after) == order
    paid = merge_all(ORDER, payment_update(ORDER))
    assert merge_all(paid, *after) == paid


@given(st.lists(anything))
def test_a_cancelled_order_is_never_open_or_paid_again(after: list[PaymentUpdate]) -> None:
    assert merge_all(ORDER, payment_update(ORDER, "canceled"), *after).payment is PaymentState.CANCELLED


@given(st.lists(anything))
def test_only_a_payment_that_matches_makes_an_order_paid(updates: list[PaymentUpdate]) -> None:
    order = merge_all(ORDER, *updates)
    matching = [update for update in updates if update == payment_update(ORDER)]
    assert order.payment is not PaymentState.PAID or matching
    assert (order.payment is PaymentState.PAID) == (order.paid_at is not None) == (order.charge is not None)


@given(st.lists(anything))
def test_an_update_changes_nothing_that_the_shopper_chose(updates: list[PaymentUpdate]) -> None:
    order = merge_all(ORDER, *updates)
    assert order.as_placed == ORDER.as_placed
    assert (order.id, order.token, order.total, order.number) == (ORDER.id, ORDER.token, ORDER.total, None)


@given(st.lists(foreign))
def test_an_update_of_another_payment_changes_nothing(updates: list[PaymentUpdate]) -> None:
    assert merge_all(ORDER, *updates) == ORDER


@given(st.lists(pending), mismatched, st.lists(mismatched))
def test_a_payment_that_does_not_match_needs_review(
    earlier: list[PaymentUpdate], wrong: PaymentUpdate, more: list[PaymentUpdate]
) -> None:
    wrong_order = merge_all(ORDER, *earlier, *more, wrong)
    assert wrong_order.review_reason == find_mismatch(ORDER, wrong) != ""
    assert (
        receipt_state(wrong_order, now=NOW, is_fresh=True)
        is receipt_state(wrong_order, now=NOW, is_fresh=False)
        is ReceiptState.NEEDS_REVIEW
    )
    assert not wrong_order.is_final


def test_a_payment_of_a_cancelled_order_needs_review() -> None:
    order = merge_all(ORDER, payment_update(ORDER, "canceled"), payment_update(ORDER))
    assert (order.payment, order.review_reason) == (PaymentState.CANCELLED, "cancelled")
    assert order.charge is None


def test_a_right_payment_after_a_wrong_one_ends_the_review() -> None:
    order = merge_all(ORDER, payment_update(ORDER, received=sgd(1)), payment_update(ORDER))
    assert (order.payment, order.review_reason) == (PaymentState.PAID, "")


def test_a_paid_order_knows_when_and_how_and_forgets_what_failed_before() -> None:
    order = merge_all(
        ORDER, payment_update(ORDER, "requires_payment_method", failure=FAILURE), payment_update(ORDER)
    )
    assert (order.payment, order.paid_at, order.charge) == (PaymentState.PAID, NOW, A_CHARGE)
    assert (order.failure, order.intent_status) == ("", "succeeded")


def test_a_decline_is_stored_and_the_order_stays_open() -> None:
    order = merge_all(ORDER, payment_update(ORDER, "requires_payment_method", failure=FAILURE))
    assert (order.payment, order.failure) == (PaymentState.OPEN, FAILURE)


def test_a_payment_that_failed_while_it_was_processed_opens_the_order_again() -> None:
    processing = merge_all(ORDER, payment_update(ORDER, "processing"))
    assert processing.payment is PaymentState.PROCESSING
    failed = merge_all(processing, payment_update(ORDER, "requires_payment_method", failure=FAILURE))
    assert (failed.payment, failed.failure) == (PaymentState.OPEN, FAILURE)


def test_the_first_update_sets_when_an_order_was_paid() -> None:
    order = merge_all(ORDER, payment_update(ORDER))
    assert merge(order, payment_update(ORDER), NOW + timedelta(days=1)).paid_at == NOW


@pytest.mark.parametrize(
    ("update", "mismatch"),
    [
        (payment_update(ORDER), ""),
        (payment_update(ORDER, charge=None), ""),
        (payment_update(ORDER, order_id="another"), "order"),
        (payment_update(ORDER, order_id=""), "order"),
        (payment_update(ORDER, received=Money(ORDER.total.minor, "USD")), "currency"),
        (payment_update(ORDER, received=sgd(ORDER.total.minor - 1)), "amount"),
        (payment_update(ORDER, received=sgd(ORDER.total.minor + 1)), "amount"),
        (payment_update(ORDER, received=sgd(0)), "amount"),
        (payment_update(ORDER, amount=sgd(1)), "amount"),
        (payment_update(ORDER, order_id="another", received=sgd(1)), "order"),
        (payment_update(ORDER, received=Money(1, "USD")), "currency"),
    ],
)
def test_a_payment_matches_or_names_the_field_that_does_not(update: PaymentUpdate, mismatch: str) -> None:
    assert find_mismatch(ORDER, update) == mismatch


@given(st.lists(anything), st.booleans())
def test_only_a_paid_order_has_a_paid_receipt(updates: list[PaymentUpdate], is_fresh: bool) -> None:
    order = merge_all(ORDER, *updates)
    assert (receipt_state(order, now=NOW, is_fresh=is_fresh) is ReceiptState.PAID) == (
        order.payment is PaymentState.PAID
    )
