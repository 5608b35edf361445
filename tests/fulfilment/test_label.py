"""The label of an order follows from where its copies are."""

import pytest

from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.fulfilment.label import Label, OrderStep, find_label
from bookshop.orders.order import Delivery

DELIVER, COLLECT = Delivery


def lines(**counts: int) -> list[LineCopies]:
    """Each state's copies in a line of their own."""
    return [
        LineCopies(position, f"isbn{position}", {CopyState(state): count})
        for position, (state, count) in enumerate(counts.items())
    ]


LABELS = [
    ({"to_order": 1}, "to order"),
    ({"in_stock": 2}, "to pack"),
    ({"ready": 1}, "ready"),
    ({"shipped": 1}, "shipped"),
    ({"collected": 1}, "collected"),
    ({"returned": 1}, "returned"),
    ({"cancelled": 1}, "cancelled"),
    ({"shipped": 1, "cancelled": 1}, "shipped"),
    ({"to_order": 1, "in_stock": 1}, "to order, partly to pack"),
    ({"to_order": 1, "in_stock": 1, "shipped": 1}, "to order, partly shipped"),
    ({"in_stock": 1, "shipped": 3, "cancelled": 1}, "to pack, partly shipped"),
    ({"ready": 1, "collected": 1}, "ready, partly collected"),
    ({"shipped": 1, "returned": 2}, "shipped, partly returned"),
]


@pytest.mark.parametrize(("counts", "label"), LABELS)
@pytest.mark.parametrize("delivery", Delivery)
def test_the_label_is_of_the_copies_behind_and_of_those_ahead(
    counts: dict[str, int], label: str, delivery: Delivery
) -> None:
    assert str(find_label(lines(**counts), delivery)) == label


def test_packed_copies_are_to_be_shipped_or_wait_in_the_shop() -> None:
    assert find_label(lines(packed=1), DELIVER) == Label(OrderStep.TO_SHIP)
    assert find_label(lines(packed=1), COLLECT) == Label(OrderStep.PACKED)
    assert str(find_label(lines(in_stock=1, packed=1), DELIVER)) == "to pack, partly packed"


def test_an_order_that_is_not_paid_has_no_label() -> None:
    assert find_label([], DELIVER) is None


def test_counts_of_one_line_and_of_several_are_the_same() -> None:
    line = LineCopies(0, "isbn", {CopyState.IN_STOCK: 1, CopyState.SHIPPED: 1, CopyState.TO_ORDER: 0})
    assert find_label([line], COLLECT) == find_label(lines(in_stock=1, shipped=1), COLLECT)
