"""Receive copies that were ordered in, and assign them to the oldest orders that wait."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.catalogue.book_store import is_in_catalogue
from bookshop.catalogue.stock import find_available, has_movement, receive_stock, sorted_by_isbn
from bookshop.fulfilment.actions import lock_standing, record_action
from bookshop.fulfilment.copies import CopyState
from bookshop.fulfilment.moves import Move
from bookshop.fulfilment.rules import NotAllowed, Standing, check_may_leave
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.waiting_store import Waiting, list_waiting


class Assigned(NamedTuple):
    """Copies of a book that an order waited for and that are now set aside for it."""

    order_id: str
    order_number: int | None
    isbn: str
    quantity: int


def arrive(
    db: Connection,
    quantities: Mapping[str, int],
    *,
    key: str,
    is_counted: bool = False,
    actor: str,
    now: datetime,
) -> list[Assigned]:
    """Receive copies of these books and assign them to orders; the others are for sale.

    Copies that `is_counted` are in stock already, by the till's count, and only assigned. `key` names the
    delivery: the same one again is refused. Raises NotAllowed.
    """
    check_quantities(db, quantities, key)
    candidates = first_waiting(list_waiting(db, quantities), quantities)
    # in one order, to avoid deadlocks with other deliveries
    standings = {order_id: lock_standing(db, order_id) for order_id in sorted(candidates)}
    for isbn, quantity in sorted_by_isbn(quantities):
        receive_once(db, isbn, 0 if is_counted else quantity, key)
    left = Counter({isbn: min(n, find_available(db, isbn)) for isbn, n in quantities.items()})
    assigned: list[Assigned] = []
    for order_id in candidates:
        moves = take_copies(standings[order_id], left)
        if moves:
            record_action(db, standings[order_id], Action.ARRIVE, moves, actor=actor, now=now)
        number = standings[order_id].order.number
        assigned += [Assigned(order_id, number, move.isbn, move.quantity) for move in moves]
    return assigned


RECEIVED_BEFORE = "The copies of {isbn} in this delivery have been received already."


def check_quantities(db: Connection, quantities: Mapping[str, int], key: str) -> None:
    """Refuse unknown books, and a delivery that was received before; raises NotAllowed."""
    for isbn, quantity in quantities.items():
        if quantity < 1:
            raise NotAllowed(f"{quantity} is not a valid number of copies.")
        if not is_in_catalogue(db, isbn):
            raise NotAllowed(f"{isbn} is not in the catalogue. Import the book first.")
        if has_movement(db, isbn, "received", key):
            raise NotAllowed(RECEIVED_BEFORE.format(isbn=isbn))


def receive_once(db: Connection, isbn: str, quantity: int, key: str) -> None:
    """Put copies on the shelf; raises NotAllowed if the delivery has been received."""
    try:
        receive_stock(db, isbn, quantity, key)
    except IntegrityError:
        raise NotAllowed(RECEIVED_BEFORE.format(isbn=isbn)) from None


def first_waiting(waiting: list[Waiting], quantities: Mapping[str, int]) -> list[str]:
    """Return the orders, the oldest first, to which so many copies can go."""
    left = dict(quantities)
    found: dict[str, None] = {}
    for one in waiting:
        if left[one.isbn] > 0:
            left[one.isbn] -= one.quantity
            found[one.order_id] = None
    return list(found)


def take_copies(standing: Standing, left: Counter[str]) -> list[Move]:
    """Return the moves of the copies that an order waits for, as far as there are any left."""
    try:
        check_may_leave(standing)
    except NotAllowed:
        return []
    moves = []
    for line in standing.copies:
        if taken := min(left[line.isbn], line.count(CopyState.TO_ORDER)):
            moves.append(Move(line.isbn, CopyState.TO_ORDER, CopyState.IN_STOCK, taken))
            left[line.isbn] -= taken
    return moves
