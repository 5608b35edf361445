"""Storing parcels."""

from sqlalchemy import Connection, bindparam, select

from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.fulfilment import Parcel
from bookshop.schema import order_copies, parcel_copies, parcels

ADD_PARCEL = parcels.insert()
ADD_PARCEL_COPIES = parcel_copies.insert()


def add_parcel(db: Connection, order_id: str, copies: tuple[LineCopies, ...], parcel: Parcel) -> None:
    """Write a parcel with copies of these lines."""
    db.execute(
        ADD_PARCEL,
        {
            "order_id": order_id,
            "number": parcel.number,
            "carrier": parcel.carrier,
            "tracking": parcel.tracking,
            "shipped_at": parcel.shipped_at,
        },
    )
    positions = {line.isbn: line.position for line in copies}
    db.execute(
        ADD_PARCEL_COPIES,
        [
            {
                "order_id": order_id,
                "parcel": parcel.number,
                "position": positions[isbn],
                "quantity": quantity,
            }
            for isbn, quantity in parcel.copies.items()
        ],
    )


REMOVE_PARCEL_COPIES = parcel_copies.delete().where(
    parcel_copies.c.order_id == bindparam("order"), parcel_copies.c.parcel == bindparam("parcel_number")
)
REMOVE_PARCEL = parcels.delete().where(
    parcels.c.order_id == bindparam("order"), parcels.c.number == bindparam("parcel_number")
)


def remove_parcel(db: Connection, order_id: str, number: int) -> None:
    """Remove a parcel that was not sent after all."""
    values = {"order": order_id, "parcel_number": number}
    db.execute(REMOVE_PARCEL_COPIES, values)
    db.execute(REMOVE_PARCEL, values)


LIST_PARCELS = (
    select(parcels, order_copies.c.isbn, parcel_copies.c.quantity)
    .join(
        parcel_copies,
        (parcel_copies.c.order_id == parcels.c.order_id) & (parcel_copies.c.parcel == parcels.c.number),
    )
    .join(
        order_copies,
        (order_copies.c.order_id == parcels.c.order_id)
        & (order_copies.c.position == parcel_copies.c.position),
    )
    .where(parcels.c.order_id == bindparam("order_id"))
    .order_by(parcels.c.number, parcel_copies.c.position)
)


def list_parcels(db: Connection, order_id: str) -> tuple[Parcel, ...]:
    """Return the parcels of an order, the first first."""
    found: dict[int, Parcel] = {}
    copies: dict[int, dict[str, int]] = {}
    for row in db.execute(LIST_PARCELS, {"order_id": order_id}):
        inside = copies.setdefault(row.number, {})
        inside[row.isbn] = row.quantity
        found[row.number] = Parcel(row.number, row.carrier, row.tracking, row.shipped_at, inside)
    return tuple(found.values())
