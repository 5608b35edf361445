"""Which copies an action may move, and the sentence of each refusal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.fulfilment.copies import CopyState, LineCopies, copies_to_come, count_copies
from bookshop.fulfilment.moves import ImpossibleMove, Move, apply_moves, moved_copies, moves_of, moves_to_json
from bookshop.fulfilment.rules import (
    COLLECTING,
    MAKING_READY,
    PACKING,
    SHIPPING,
    Handling,
    NotAllowed,
    Standing,
    plan_moves,
)
from bookshop.orders.order import Delivery, PaymentState
from tests.builders import a_book, sgd
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of

A, B = a_book("A", price=1000), a_book("B", price=500)
LATER = NOW + timedelta(days=3)


def standing(
    *counts: Mapping[str, int],
    delivery: Delivery = Delivery.DELIVER,
    refunded: int = 0,
    not_before: Any = None,
    **changed: Any,
) -> Standing:
    """Make an order of A, and of B if it has a second line, with copies in these states."""
    books = (A, B)[: len(counts)]
    lines = [
        a_line(book, max(sum(of_line.values()), 1), not_before=not_before if book is B else None)
        for book, of_line in zip(books, counts, strict=True)
    ]
    order = an_order_of(*lines, delivery=delivery)
    copies = tuple(
        LineCopies(position, book.isbn, {CopyState(state): n for state, n in of_line.items()})
        for position, (book, of_line) in enumerate(zip(books, counts, strict=True))
    )
    paid = {"payment": PaymentState.PAID, "paid_at": NOW, **changed}
    return Standing(replace(order, **paid), 0, copies, sgd(refunded))


def plan(given: Standing, handling: Handling, chosen: Any = None) -> list[tuple[str, str, int]]:
    """Return title, state and number of the copies that are moved."""
    titles = {A.isbn: "A", B.isbn: "B"}
    moves = plan_moves(given, handling, chosen, NOW)
    assert all(move.end is handling.end for move in moves)
    return [(titles[move.isbn], move.start.value, move.quantity) for move in moves]


def test_packing_takes_what_is_in_stock() -> None:
    given = standing({"to_order": 1, "in_stock": 2, "shipped": 1}, {"in_stock": 1})
    assert plan(given, PACKING) == [("A", "in_stock", 2), ("B", "in_stock", 1)]
    assert plan(given, PACKING, {A.isbn: 1}) == [("A", "in_stock", 1)]
    assert plan(given, PACKING, {B.isbn: None}) == [("B", "in_stock", 1)]


def test_a_parcel_holds_what_was_packed_or_else_what_is_in_stock() -> None:
    assert plan(standing({"packed": 1, "in_stock": 1}, {"in_stock": 1}), SHIPPING) == [("A", "packed", 1)]
    assert plan(standing({"in_stock": 1}, {"to_order": 1}), SHIPPING) == [("A", "in_stock", 1)]


def test_named_copies_are_packed_and_shipped_in_one_step() -> None:
    given = standing({"packed": 1, "in_stock": 2})
    assert plan(given, SHIPPING, {A.isbn: 2}) == [("A", "packed", 1), ("A", "in_stock", 1)]
    assert plan(given, SHIPPING, {A.isbn: None}) == [("A", "packed", 1), ("A", "in_stock", 2)]


def test_an_order_to_be_collected_is_made_ready_and_handed_over() -> None:
    given = standing({"packed": 1}, {"ready": 1}, delivery=Delivery.COLLECT)
    assert plan(given, MAKING_READY) == [("A", "packed", 1)]
    assert plan(given, COLLECTING) == [("B", "ready", 1)]
    assert plan(standing({"in_stock": 1}, delivery=Delivery.COLLECT), COLLECTING) == [("A", "in_stock", 1)]


def test_copies_that_are_not_on_sale_yet_are_packed_but_stay() -> None:
    given = standing({"packed": 1}, {"packed": 1}, not_before=LATER)
    assert plan(given, SHIPPING) == [("A", "packed", 1)]
    assert plan(standing({}, {"in_stock": 1}, not_before=LATER), PACKING) == [("B", "in_stock", 1)]
    assert plan(standing({}, {"packed": 1}, not_before=NOW), SHIPPING) == [("B", "packed", 1)]


REFUSED: list[tuple[Standing, Handling, Any, str]] = [
    (standing({"shipped": 1}), SHIPPING, None, "No copy can be shipped now: 1 shipped."),
    (standing({"shipped": 1}), PACKING, {A.isbn: 1}, f"No copy of {A.isbn} can be packed now: 1 shipped."),
    (
        standing({"packed": 1, "to_order": 1}),
        SHIPPING,
        {A.isbn: 2},
        f"Only 1 of {A.isbn} can be shipped now: 1 to order, 1 packed.",
    ),
    (standing({"packed": 1}), SHIPPING, {B.isbn: 1}, f"{B.isbn} is not in this order."),
    (standing({"packed": 1}), SHIPPING, {A.isbn: 0}, "0 is not a valid number of copies."),
    (standing({"packed": 1}), SHIPPING, {}, "Choose the copies that are shipped."),
    (
        standing({}, {"packed": 1}, not_before=LATER),
        SHIPPING,
        None,
        "“B” may not leave the shop yet: its day of sale has not come.",
    ),
    (
        standing({"packed": 1}, {"packed": 1}, not_before=LATER),
        SHIPPING,
        {B.isbn: 1},
        "“B” may not leave the shop yet: its day of sale has not come.",
    ),
    (
        standing({}, {"ready": 1}, not_before=LATER, delivery=Delivery.COLLECT),
        COLLECTING,
        None,
        "“B” may not leave the shop yet: its day of sale has not come.",
    ),
    (
        standing({"packed": 1}, delivery=Delivery.COLLECT),
        SHIPPING,
        None,
        "The shopper collects this order in the shop. It cannot be shipped.",
    ),
    (standing({"packed": 1}), MAKING_READY, None, "This order is delivered to the shopper. Ship it instead."),
    (standing({"packed": 1}), COLLECTING, None, "This order is delivered to the shopper. Ship it instead."),
    (
        standing({"packed": 1}, refunded=1000),
        SHIPPING,
        None,
        "All S$10.00 of this order is refunded or on its way back. Nothing leaves the shop.",
    ),
    (
        standing({"in_stock": 1}, dispute="lost"),
        PACKING,
        None,
        "The shopper's bank took the payment of this order back. Nothing leaves the shop.",
    ),
    (
        standing({"in_stock": 1}, review_reason="amount"),
        PACKING,
        None,
        "The payment of this order needs review. Check it at Stripe before anything leaves the shop.",
    ),
    (standing({}, payment=PaymentState.OPEN), PACKING, None, "This order has not been paid yet."),
    (standing({}, payment=PaymentState.PROCESSING), PACKING, None, "This order has not been paid yet."),
    (
        standing({}, payment=PaymentState.CANCELLED),
        PACKING,
        None,
        "This order was cancelled without a payment.",
    ),
]


@pytest.mark.parametrize(("given", "handling", "chosen", "message"), REFUSED)
def test_a_refusal_is_a_sentence(given: Standing, handling: Handling, chosen: Any, message: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        plan(given, handling, chosen)
    assert str(refused.value) == message


def test_a_part_that_was_refunded_and_a_dispute_that_is_open_refuse_nothing() -> None:
    assert plan(standing({"packed": 1}, refunded=999), SHIPPING)
    assert plan(standing({"packed": 1}, dispute="needs_response"), SHIPPING)


COUNTS = st.fixed_dictionaries({state.value: st.integers(0, 3) for state in CopyState})
HANDLINGS = st.sampled_from([PACKING, SHIPPING, MAKING_READY, COLLECTING])


@given(
    st.lists(COUNTS, min_size=1, max_size=2),
    HANDLINGS,
    st.sampled_from(Delivery),
    st.none()
    | st.dictionaries(st.sampled_from([A.isbn, B.isbn]), st.none() | st.integers(-1, 5), max_size=2),
)
def test_no_copy_is_lost_or_moved_twice(
    counts: list[dict[str, int]], handling: Handling, delivery: Delivery, chosen: Any
) -> None:
    before = standing(*counts, delivery=delivery)
    try:
        moves = plan_moves(before, handling, chosen, NOW)
    except NotAllowed:
        return
    assert moves
    after = apply_moves(before.copies, moves)
    assert [line.count(*CopyState) for line in after] == [line.count(*CopyState) for line in before.copies]
    assert all(count >= 0 for line in after for count in line.counts.values())
    moved = count_copies(after, handling.end) - count_copies(before.copies, handling.end)
    assert moved == sum(moved_copies(moves).values())
    assert moves_of({"moves": moves_to_json(moves)}) == moves
    back = apply_moves(after, [move.reversed for move in moves])
    assert [{s: line.count(s) for s in CopyState} for line in back] == [
        {s: line.count(s) for s in CopyState} for line in before.copies
    ]
    assert delivery is handling.delivery or handling is PACKING


@pytest.mark.parametrize("quantity", [-1, 0, 2])
def test_more_copies_than_there_are_cannot_move(quantity: int) -> None:
    copies = standing({"packed": 1}).copies
    with pytest.raises(ImpossibleMove):
        apply_moves(copies, [Move(A.isbn, CopyState.PACKED, CopyState.SHIPPED, quantity)])


def test_copies_to_come_are_those_that_are_neither_sent_nor_ready() -> None:
    copies = (
        LineCopies(0, "1", {CopyState.TO_ORDER: 1, CopyState.IN_STOCK: 1, CopyState.READY: 1}, LATER),
        LineCopies(1, "2", {CopyState.PACKED: 1, CopyState.SHIPPED: 1}, NOW),
        LineCopies(2, "3", {CopyState.READY: 1, CopyState.CANCELLED: 1}),
    )
    assert copies_to_come(copies, NOW) == [("1", 2, LATER.isoformat()), ("2", 1, "")]
