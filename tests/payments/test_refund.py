"""What may go back, and how far a refund is: rules alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.money import Money
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.refund import (
    Refund,
    RefundStatus,
    RefundUpdate,
    merge_refund,
    merge_refunds,
    new_refund,
    refundable_amount,
    refuse_refund,
)
from bookshop.payments.refund_rules import (
    NotRefundable,
    RefundRequest,
    check_refund_amount,
    copies_to_restock,
    is_repeat,
)
from tests.builders import A_CHARGE, a_book, an_order, sgd

NOW = datetime(2026, 11, 24, 6, 20, tzinfo=UTC)
BOOKS = (a_book("Emma", price=1200), a_book("Persuasion", price=900))
EMMA, PERSUASION = (book.isbn for book in BOOKS)


def a_paid_order() -> Order:
    """Two copies of Emma and one of Persuasion, sent for 5.00: 38.00."""
    order = an_order(*BOOKS, payment=PaymentState.PAID, charge=A_CHARGE, paid_at=NOW)
    emma, persuasion = order.lines
    return replace(
        order, lines=(replace(emma, quantity=2), persuasion), delivery_fee=sgd(500), total=sgd(3800)
    )


ORDER = a_paid_order()


def a_refund(minor: int = 400, number: int = 1, **changed: object) -> Refund:
    refund = Refund(f"{ORDER.id}-{number}", ORDER.id, sgd(minor), "", NOW)
    return replace(refund, **changed)  # type: ignore[arg-type]  # the caller names fields of Refund


def refund_update(
    refund: Refund, status: RefundStatus, failure: str = "", stripe_refund_id: str = "re_1"
) -> RefundUpdate:
    return RefundUpdate(stripe_refund_id, status, refund.amount, refund.id, NOW, refund.reason, failure)


REFUND = a_refund()
updates = st.builds(
    lambda status, failure: refund_update(REFUND, status, failure if status is RefundStatus.FAILED else ""),
    st.sampled_from([RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED]),
    st.sampled_from(["", "expired_or_canceled_card"]),
)
foreign = st.builds(lambda update: replace(update, stripe_refund_id="re_2"), updates)


def merge_updates(refund: Refund, *update: RefundUpdate) -> Refund:
    for one in update:
        refund = merge_refund(refund, one)
    return refund


@given(st.lists(updates, min_size=1), st.data())
def test_a_refund_is_the_same_in_any_sequence_of_updates_and_however_often_they_come(
    earlier: list[RefundUpdate], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(earlier + data.draw(st.lists(st.sampled_from(earlier)))))
    assert merge_updates(REFUND, *again) == merge_updates(REFUND, *earlier)


@given(st.lists(updates), st.lists(foreign))
def test_an_update_of_another_refund_changes_nothing(
    earlier: list[RefundUpdate], others: list[RefundUpdate]
) -> None:
    known = merge_updates(REFUND, refund_update(REFUND, RefundStatus.PENDING), *earlier)
    assert merge_updates(known, *others) == known


@given(st.lists(updates), updates)
def test_a_refund_only_goes_forward(earlier: list[RefundUpdate], last: RefundUpdate) -> None:
    before = merge_updates(REFUND, *earlier)
    after = merge_refund(before, last)
    assert list(RefundStatus).index(after.status) >= list(RefundStatus).index(before.status)
    assert merge_refund(after, last) == after


@given(st.lists(updates, min_size=1))
def test_a_refusal_is_forgotten_once_stripe_shows_the_refund(earlier: list[RefundUpdate]) -> None:
    assert merge_updates(refuse_refund(REFUND, "charge_already_refunded"), *earlier) == merge_updates(
        REFUND, *earlier
    )
    assert refuse_refund(merge_updates(REFUND, *earlier), "charge_already_refunded") == merge_updates(
        REFUND, *earlier
    )


def test_a_listed_refund_is_the_shops_by_its_own_id_or_else_the_dashboards() -> None:
    ours, theirs = a_refund(400), a_refund(500, 2)
    listed = [
        replace(refund_update(theirs, RefundStatus.SUCCEEDED, stripe_refund_id="re_2"), key=""),
        refund_update(ours, RefundStatus.SUCCEEDED),
    ]
    merged = merge_refunds(ORDER.id, [ours], listed)
    assert merged == [
        replace(ours, status=RefundStatus.SUCCEEDED, stripe_refund_id="re_1"),
        new_refund(ORDER.id, listed[0]),
    ]
    assert merged[1].id == "re_2"
    assert merge_refunds(ORDER.id, merged, listed) == merged


def test_a_second_refund_with_our_id_is_counted_beside_the_first() -> None:
    listed = [
        refund_update(REFUND, RefundStatus.SUCCEEDED, stripe_refund_id=stripe_refund_id)
        for stripe_refund_id in ("re_1", "re_2")
    ]
    merged = merge_refunds(ORDER.id, [REFUND], listed)
    assert [refund.id for refund in merged] == [REFUND.id, "re_2"]
    assert merge_refunds(ORDER.id, merged, listed[::-1]) == merged


def test_all_but_what_failed_is_gone() -> None:
    refunds = [a_refund(100, n, status=status) for n, status in enumerate(RefundStatus)]
    assert refundable_amount(ORDER, refunds) == sgd(3800 - 300)


@pytest.mark.parametrize(
    ("request_", "minor"),
    [
        (RefundRequest(), 3800),
        (RefundRequest(amount=sgd(400)), 400),
        (RefundRequest(lines=((EMMA, None),)), 2400),
        (RefundRequest(lines=((EMMA, 1), (PERSUASION, None))), 2100),
        (RefundRequest(lines=((EMMA, 1), (EMMA, 1))), 2400),
    ],
)
def test_a_request_means_an_amount(request_: RefundRequest, minor: int) -> None:
    assert check_refund_amount(ORDER, request_, ORDER.total) == sgd(minor)


def test_everything_left_is_what_did_not_go_back_yet() -> None:
    assert check_refund_amount(ORDER, RefundRequest(), sgd(1)) == sgd(1)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (RefundRequest(amount=sgd(3801)), "S$38.01 is more than the S$38.00 that can still be refunded"),
        (RefundRequest(amount=sgd(0)), "S$0.00 is not a valid amount for this order"),
        (RefundRequest(amount=sgd(-1)), "not a valid amount for this order"),
        (RefundRequest(amount=Money(400, "USD")), "not a valid amount for this order"),
        (RefundRequest(amount=sgd(4), lines=((EMMA, 1),)), "not both"),
        (RefundRequest(amount=sgd(4), restock=True), "name the returned copies with lines instead"),
        (RefundRequest(lines=(("9780000000002", None),)), "is not in this order"),
        (RefundRequest(lines=((EMMA, 3),)), "Only 2 of"),
        (RefundRequest(lines=((EMMA, 2), (EMMA, 1))), "Only 2 of"),
        (RefundRequest(lines=((EMMA, 0),)), "is not a valid number of copies"),
        (RefundRequest(lines=((EMMA, -1),)), "is not a valid number of copies"),
        (RefundRequest(reason="boredom"), "'boredom' is not a valid reason. Use one of"),
    ],
)
def test_what_cannot_go_back_is_refused_in_one_line(request_: RefundRequest, message: str) -> None:
    with pytest.raises(NotRefundable, match=message.replace("$", r"\$")):
        check_refund_amount(ORDER, request_, ORDER.total)


def test_copies_that_were_free_give_nothing_back() -> None:
    free = replace(ORDER.lines[0], price=sgd(0))
    order = replace(ORDER, lines=(free, ORDER.lines[1]))
    with pytest.raises(NotRefundable, match="cost nothing"):
        check_refund_amount(order, RefundRequest(lines=((EMMA, None),)), order.total)


def test_nothing_goes_back_of_what_is_gone_or_was_never_paid() -> None:
    with pytest.raises(NotRefundable, match="Nothing is left"):
        check_refund_amount(ORDER, RefundRequest(), sgd(0))
    never_paid = (an_order(), an_order(review_reason="amount"), an_order(payment=PaymentState.CANCELLED))
    for unpaid in (*never_paid, replace(ORDER, charge=None), replace(ORDER, payment=PaymentState.OPEN)):
        with pytest.raises(NotRefundable, match="Only a paid order"):
            check_refund_amount(unpaid, RefundRequest(), unpaid.total)


def test_copies_are_back_on_the_shelf_only_where_that_is_said() -> None:
    everything = RefundRequest(restock=True)
    assert copies_to_restock(ORDER, RefundRequest(), ORDER.total, {}) == {}
    assert copies_to_restock(ORDER, everything, ORDER.total, {}) == {EMMA: 2, PERSUASION: 1}
    one = RefundRequest(lines=((EMMA, 1),), restock=True)
    assert copies_to_restock(ORDER, one, sgd(1200), {EMMA: 1}) == {EMMA: 1}
    with pytest.raises(NotRefundable, match="have been restocked already"):
        copies_to_restock(ORDER, one, sgd(1200), {EMMA: 2})
    with pytest.raises(NotRefundable, match="A part was refunded before"):
        copies_to_restock(ORDER, everything, sgd(3000), {})


def test_the_same_request_means_the_refund_that_is_not_answered_yet() -> None:
    asked, before = a_refund(400, 2), a_refund(300, 1, status=RefundStatus.SUCCEEDED)
    assert is_repeat(ORDER, RefundRequest(amount=sgd(400)), asked, [before], {})
    assert is_repeat(ORDER, RefundRequest(), a_refund(3500, 2), [before], {})
    assert not is_repeat(ORDER, RefundRequest(amount=sgd(401)), asked, [before], {})
    assert not is_repeat(ORDER, RefundRequest(amount=sgd(400), reason="duplicate"), asked, [before], {})
    assert not is_repeat(ORDER, RefundRequest(amount=sgd(4000)), asked, [before], {})
    lines = RefundRequest(lines=((EMMA, 1),), restock=True)
    assert is_repeat(ORDER, lines, a_refund(1200, 2), [before], {EMMA: 1})
    assert not is_repeat(ORDER, lines, a_refund(1200, 2), [before], {})
