"""The grid in which several orders are shipped: what each row shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Connection

from bookshop.fulfilment.copies import OPEN_STATES, count_copies
from bookshop.fulfilment.rules import SHIPPING, NotAllowed, plan_moves
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.mail.mail import MailState
from bookshop.office.bulk.chosen import Chosen
from bookshop.office.bulk.ship_form import EMPTY, NOTHING_TYPED, Rows, Typed
from bookshop.office.bulk.store import ChosenOrder, list_chosen_orders, list_mail_states
from bookshop.orders.order import Order


class RowState(StrEnum):
    """A row can be filled in, was shipped, was changed by others, or cannot be shipped."""

    OPEN = "open"
    SHIPPED = "shipped"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ShipRow:
    """A row: an order and what was typed; `leaving` of its `open_copies` are shipped.

    `is_repeated` if its tracking number is in another row too.
    """

    chosen: Chosen
    order: Order
    state: RowState
    typed: Typed = EMPTY
    entry: Entry | None = None
    mail: MailState | None = None
    leaving: int = 0
    open_copies: int = 0
    reason: str = ""
    is_repeated: bool = False


def list_ship_rows(
    db: Connection,
    chosen: Sequence[Chosen],
    typed: Rows = NOTHING_TYPED,
    repeated: Collection[int] = (),
) -> list[ShipRow]:
    """Return the rows of the orders that exist, each as it is now."""
    orders = list_chosen_orders(db, chosen)
    mails = list_mail_states(db, [found.standing.order.id for found in orders])
    now = datetime.now(UTC)
    rows = [find_row(found, typed.get(found.chosen.number, EMPTY), mails, now) for found in orders]
    return [replace(row, is_repeated=row.chosen.number in repeated) for row in rows]


def find_row(
    found: ChosenOrder, typed: Typed, mails: Mapping[tuple[str, int], MailState], now: datetime
) -> ShipRow:
    """Return the row of an order."""
    one, standing, entries = found
    order = standing.order
    last = entries[-1] if entries else None
    if last and last.action is Action.SHIP and last.version == one.version:
        mail = mails.get((order.id, last.details["parcel"]))
        return ShipRow(one, order, RowState.SHIPPED, entry=last, mail=mail)
    if last and last.version > one.version:
        return ShipRow(one, order, RowState.CHANGED, typed, entry=last)
    try:
        moves = plan_moves(standing, SHIPPING, None, now)
    except NotAllowed as problem:
        return ShipRow(one, order, RowState.REFUSED, typed, reason=str(problem))
    return ShipRow(
        one,
        order,
        RowState.OPEN,
        typed,
        leaving=sum(move.quantity for move in moves),
        open_copies=count_copies(standing.copies, *OPEN_STATES),
    )
