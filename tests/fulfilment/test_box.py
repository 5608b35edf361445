"""What belongs in the box of an order, and what a scan does to it."""

import pytest

from bookshop.fulfilment.box import Box, BoxLine, fill_box
from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.scan_entry import ScanOutcome
from tests.builders import a_book
from tests.fulfilment.stored_orders import a_line, an_order_of


def a_box(wanted: int, inside: int, to_come: int = 0) -> Box:
    return Box((BoxLine("isbn", "Emma", "Jane Austen", wanted, inside, to_come),))


@pytest.mark.parametrize(
    ("box", "quantity", "outcome"),
    [
        (a_box(2, 0), 1, ScanOutcome.IN_BOX),
        (a_box(2, 0), 2, ScanOutcome.IN_BOX),
        (a_box(2, 1), 2, ScanOutcome.TOO_MANY),
        (a_box(2, 2), 1, ScanOutcome.ENOUGH),
        (a_box(1, 2), 1, ScanOutcome.ENOUGH),
        (a_box(0, 0, to_come=1), 1, ScanOutcome.NOT_RECEIVED),
        (a_box(1, 1, to_come=1), 1, ScanOutcome.ENOUGH),
    ],
)
def test_all_copies_of_a_scan_go_in_or_none(box: Box, quantity: int, outcome: ScanOutcome) -> None:
    assert box.judge("isbn", quantity) is outcome
    assert box.judge("another", quantity) is ScanOutcome.OTHER_BOOK


@pytest.mark.parametrize(
    ("wanted", "inside", "is_full"), [(2, 2, True), (2, 1, False), (1, 2, False), (0, 0, False)]
)
def test_a_box_is_full_with_exactly_its_copies(wanted: int, inside: int, *, is_full: bool) -> None:
    box = a_box(wanted, inside)
    assert box.is_full is is_full
    assert box.inside == min(wanted, inside)


def test_only_copies_on_the_shelf_go_into_the_box() -> None:
    here, away, gone = a_book(), a_book(), a_book()
    order = an_order_of(a_line(here, 3), a_line(away), a_line(gone))
    copies = [
        LineCopies(0, here.isbn, {CopyState.IN_STOCK: 1, CopyState.TO_ORDER: 1, CopyState.PACKED: 1}),
        LineCopies(1, away.isbn, {CopyState.TO_ORDER: 1}),
        LineCopies(2, gone.isbn, {CopyState.SHIPPED: 1}),
    ]
    box = fill_box(order, copies, {here.isbn: 1})
    assert [(line.isbn, line.wanted, line.inside, line.to_come) for line in box.lines] == [
        (here.isbn, 1, 1, 1),
        (away.isbn, 0, 0, 1),
    ]
    assert box.is_full
