"""What may be refunded, and which copies are taken back with it: rules alone."""

from dataclasses import replace

import pytest

from bookshop.fulfilment.rules import Standing
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.money import Money
from bookshop.orders.order import PaymentState
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_entries import find_repeated, kept_copies, request_to_json
from bookshop.payments.refund_rules import NotRefundable, RefundRequest, plan_refund
from tests.builders import an_order, sgd
from tests.payments.refund_cases import EMMA, NOW, ORDER, PERSUASION, standing, states_after

ONE_EMMA = ((EMMA, 1),)


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
    assert plan_refund(standing(), {}, request_).amount == sgd(minor)


def test_everything_left_is_what_did_not_go_back_yet() -> None:
    assert plan_refund(standing(refunded=3799), {}, RefundRequest()).amount == sgd(1)


@pytest.mark.parametrize(
    ("emma", "restock", "after", "for_sale"),
    [
        ("in_stock in_stock", None, "in_stock cancelled", 1),
        ("in_stock in_stock", True, "in_stock cancelled", 1),
        ("in_stock in_stock", False, "in_stock in_stock", 0),
        ("to_order in_stock", None, "in_stock cancelled", 0),
        ("packed ready", None, "ready cancelled", 1),
        ("shipped shipped", None, "shipped shipped", 0),
        ("shipped shipped", True, "shipped returned", 1),
        ("collected collected", True, "collected returned", 1),
        ("shipped in_stock", None, "shipped cancelled", 1),
        # the copy that has come back is the one that was sent
        ("shipped in_stock", True, "in_stock returned", 1),
        ("shipped in_stock", False, "in_stock shipped", 0),
    ],
)
def test_a_refunded_copy_is_taken_back_by_its_state(
    emma: str, restock: bool | None, after: str, for_sale: int
) -> None:
    before = standing(emma)
    plan = plan_refund(before, {}, RefundRequest(lines=ONE_EMMA, restock=restock))
    assert plan.amount == sgd(1200)
    assert plan.copies == {EMMA: 1}
    assert states_after(before, plan.moves) == (after, "in_stock")
    assert sum(plan.for_sale.values()) == for_sale


def test_each_book_may_be_restocked_or_not() -> None:
    before = standing("shipped shipped", "shipped")
    request = RefundRequest(lines=((EMMA, 2), (PERSUASION, 1)), restock_lines={EMMA: True})
    after = states_after(before, plan_refund(before, {}, request).moves)
    assert after == ("returned returned", "shipped")


@pytest.mark.parametrize(
    "request_",
    [
        RefundRequest(),
        RefundRequest(restock=False),
        RefundRequest(amount=sgd(2900)),
        RefundRequest(lines=((EMMA, None),), restock=False),
    ],
)
def test_nothing_is_sent_of_an_order_of_which_all_is_refunded(request_: RefundRequest) -> None:
    before = standing("packed to_order", "shipped", refunded=3800 - 2900)
    if request_.lines:
        before = standing("packed to_order", "shipped", refunded=3800 - 2400)
    plan = plan_refund(before, {}, request_)
    assert states_after(before, plan.moves) == ("cancelled cancelled", "shipped")
    assert plan.for_sale == ({} if request_.restock is False else {EMMA: 1})


def test_what_was_sent_of_it_comes_back_only_where_that_is_said() -> None:
    before = standing("in_stock shipped", "collected")
    plan = plan_refund(before, {}, RefundRequest(restock=True))
    assert states_after(before, plan.moves) == ("cancelled returned", "returned")
    assert plan.for_sale == {EMMA: 2, PERSUASION: 1}


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (RefundRequest(amount=sgd(3801)), "S$38.01 is more than the S$38.00 that can still be refunded"),
        (RefundRequest(amount=sgd(0)), "S$0.00 is not a valid amount for this order"),
        (RefundRequest(amount=sgd(-1)), "not a valid amount for this order"),
        (RefundRequest(amount=Money(400, "USD")), "not a valid amount for this order"),
        (RefundRequest(amount=sgd(4), lines=ONE_EMMA), "not both"),
        (RefundRequest(amount=sgd(4), restock=True), "name the copies with lines instead"),
        (RefundRequest(lines=(("9780000000002", None),)), "is not in this order"),
        (RefundRequest(lines=((EMMA, 3),)), "Only 2 of"),
        (RefundRequest(lines=((EMMA, 2), (EMMA, 1))), "Only 2 of"),
        (RefundRequest(lines=((EMMA, 0),)), "is not a valid number of copies"),
        (RefundRequest(lines=((EMMA, -1),)), "is not a valid number of copies"),
        (RefundRequest(reason="boredom"), "'boredom' is not a valid reason. Use one of"),
    ],
)
def test_what_cannot_be_refunded_is_refused_in_one_line(request_: RefundRequest, message: str) -> None:
    with pytest.raises(NotRefundable, match=message.replace("$", r"\$")):
        plan_refund(standing(), {}, request_)


def test_each_copy_is_refunded_once() -> None:
    # one was refunded and is kept, and one was cancelled
    with pytest.raises(NotRefundable, match="0 can still be refunded"):
        plan_refund(standing("shipped cancelled"), {EMMA: 1}, RefundRequest(lines=ONE_EMMA))
    plan = plan_refund(standing("shipped shipped"), {EMMA: 1}, RefundRequest(lines=((EMMA, None),)))
    assert plan.amount == sgd(1200)


def test_copies_that_were_free_give_nothing_back() -> None:
    free = replace(ORDER.lines[0], price=sgd(0))
    order = replace(ORDER, lines=(free, ORDER.lines[1]))
    with pytest.raises(NotRefundable, match="cost nothing"):
        plan_refund(replace(standing(), order=order), {}, RefundRequest(lines=((EMMA, None),)))


def test_nothing_goes_back_of_what_is_gone_or_was_never_paid() -> None:
    with pytest.raises(NotRefundable, match="Nothing is left"):
        plan_refund(standing(refunded=3800), {}, RefundRequest())
    never_paid = (an_order(), an_order(review_reason="amount"), an_order(payment=PaymentState.CANCELLED))
    for unpaid in (*never_paid, replace(ORDER, charge=None), replace(ORDER, payment=PaymentState.OPEN)):
        with pytest.raises(NotRefundable, match="Only a paid order"):
            plan_refund(Standing(unpaid, 0, (), sgd(0)), {}, RefundRequest())


def an_entry(request: RefundRequest) -> Entry:
    plan = plan_refund(standing(), {}, request)
    details = {
        "refund": f"{ORDER.id}-1",
        "copies": list(plan.copies.items()),
        "request": request_to_json(request),
        "moves": [[move.isbn, move.start, move.end, move.quantity] for move in plan.moves],
    }
    return Entry(1, Action.REFUND, "anna", NOW, details)


def a_refund(status: RefundStatus = RefundStatus.REQUESTED) -> Refund:
    return Refund(f"{ORDER.id}-1", ORDER.id, sgd(400), "", NOW, status)


FOUR = RefundRequest(amount=sgd(400))
LINES = RefundRequest(lines=((EMMA, 1), (PERSUASION, 1)))


def test_the_same_request_means_the_refund_that_is_not_answered_yet() -> None:
    asked = a_refund()
    assert find_repeated([an_entry(FOUR)], FOUR, [asked]) == asked
    same_lines = replace(LINES, lines=LINES.lines[::-1])
    assert find_repeated([an_entry(LINES)], same_lines, [asked]) == asked
    others = (
        replace(FOUR, amount=sgd(401)),
        replace(FOUR, reason="duplicate"),
        RefundRequest(),
        LINES,
    )
    assert [find_repeated([an_entry(FOUR)], other, [asked]) for other in others] == [None] * len(others)
    unlike = (replace(LINES, restock=True), replace(LINES, restock_lines={EMMA: False}))
    assert [find_repeated([an_entry(LINES)], other, [asked]) for other in unlike] == [None, None]
    for status in (RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED):
        assert find_repeated([an_entry(FOUR)], FOUR, [a_refund(status)]) is None
    # one made in the dashboard has no entry
    assert find_repeated([], FOUR, [asked]) is None


@pytest.mark.parametrize(
    ("status", "restock", "kept"),
    [
        (RefundStatus.SUCCEEDED, False, {EMMA: 1, PERSUASION: 1}),
        (RefundStatus.REQUESTED, False, {EMMA: 1, PERSUASION: 1}),
        (RefundStatus.FAILED, False, {}),
        (RefundStatus.SUCCEEDED, None, {}),
    ],
)
def test_the_shopper_keeps_what_was_refunded_and_not_taken_back(
    status: RefundStatus, restock: bool | None, kept: dict[str, int]
) -> None:
    entry = an_entry(replace(LINES, restock=restock))
    assert kept_copies([entry], [a_refund(status)]) == kept
