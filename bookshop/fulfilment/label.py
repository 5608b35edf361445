"""The label of an order: what is to be done next with its copies, or how it has ended."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from bookshop.fulfilment.copies import CopyState, LineCopies, count_copies
from bookshop.orders.order import Delivery


class OrderStep(StrEnum):
    """What is to be done next with copies, or how they have ended."""

    TO_ORDER = "to_order"
    TO_PACK = "to_pack"
    TO_SHIP = "to_ship"
    PACKED = "packed"
    READY = "ready"
    SHIPPED = "shipped"
    COLLECTED = "collected"
    RETURNED = "returned"
    CANCELLED = "cancelled"


# in the order in which copies go through them
STEPS = {
    CopyState.TO_ORDER: OrderStep.TO_ORDER,
    CopyState.IN_STOCK: OrderStep.TO_PACK,
    CopyState.PACKED: OrderStep.PACKED,
    CopyState.READY: OrderStep.READY,
    CopyState.SHIPPED: OrderStep.SHIPPED,
    CopyState.COLLECTED: OrderStep.COLLECTED,
    CopyState.RETURNED: OrderStep.RETURNED,
}


class Label(NamedTuple):
    """The step of the copies furthest behind, and of those furthest ahead if that is another."""

    step: OrderStep
    partly: OrderStep | None = None

    def __str__(self) -> str:
        """Return it in words: "to order, partly shipped"."""
        words = self.step.replace("_", " ")
        return f"{words}, partly {self.partly.replace('_', ' ')}" if self.partly else words


def find_label(copies: Iterable[LineCopies], delivery: Delivery) -> Label | None:
    """Return the label of an order, or None before it is paid.

    Cancelled copies count only if all are.
    """
    copies = tuple(copies)
    if not copies:
        return None
    steps = [step for state, step in STEPS.items() if count_copies(copies, state)]
    if not steps:
        return Label(OrderStep.CANCELLED)
    behind, ahead = steps[0], steps[-1]
    is_to_ship = behind is OrderStep.PACKED and delivery is Delivery.DELIVER
    return Label(OrderStep.TO_SHIP if is_to_ship else behind, None if ahead is behind else ahead)
