"""A packing slip: what is in the parcel, and what of the order is not."""

from collections.abc import Mapping
from dataclasses import dataclass

from bookshop.fulfilment.copies import GONE_STATES, CopyState
from bookshop.money import Money
from bookshop.office.printing.code128 import Code, draw_code
from bookshop.office.printing.print_store import PrintedOrder
from bookshop.office.printing.shelf import Shelf
from bookshop.orders.order import Order, OrderLine

HERE = (CopyState.IN_STOCK, CopyState.PACKED, CopyState.READY)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Copies of a book."""

    line: OrderLine
    quantity: int
    shelf: Shelf

    @property
    def amount(self) -> Money:
        return self.line.price * self.quantity


@dataclass(frozen=True, slots=True)
class Slip:
    """The books in a parcel, those that have gone already, and those that follow."""

    order: Order
    code: Code
    lines: tuple[SlipLine, ...]
    gone: tuple[SlipLine, ...] = ()
    to_follow: tuple[SlipLine, ...] = ()

    @property
    def copies(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def amount(self) -> Money:
        return sum((line.amount for line in self.lines[1:]), self.lines[0].amount)


def make_slip(printed: PrintedOrder, shelves: Mapping[str, Shelf]) -> Slip | None:
    """Return the slip of the copies in the shop, or else of those that were sent or are to come.

    An order of which nothing is left has none.
    """
    gone, here, to_come = (
        _lines_in(printed, shelves, states) for states in (GONE_STATES, HERE, (CopyState.TO_ORDER,))
    )
    lines = here or gone or to_come
    if not lines:
        return None
    return Slip(
        printed.order,
        draw_code(str(printed.order.number)),
        lines,
        gone=() if lines is gone else gone,
        to_follow=() if lines is to_come else to_come,
    )


def _lines_in(
    printed: PrintedOrder, shelves: Mapping[str, Shelf], states: tuple[CopyState, ...]
) -> tuple[SlipLine, ...]:
    lines = printed.order.lines
    return tuple(
        SlipLine(lines[each.position], quantity, shelves[each.isbn])
        for each in printed.copies
        if (quantity := each.count(*states))
    )
