"""Reading chosen orders."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from bookshop.mail.mail import MailKind, MailState
from bookshop.schema import mails, orders

FIND_ORDER_ID = select(orders.c.id).where(orders.c.number == bindparam("number"))


def find_order_id(db: Connection, number: int) -> str:
    """Return the id of the order with this number; raises LookupError."""
    order_id: str | None = db.execute(FIND_ORDER_ID, {"number": number}).scalar()
    if order_id is None:
        raise LookupError(number)
    return order_id


LIST_MAIL_STATES = select(mails.c.order_id, mails.c.occurrence, mails.c.state).where(
    mails.c.kind == MailKind.SHIPPED, mails.c.order_id.in_(bindparam("order_ids", expanding=True))
)


def list_mail_states(db: Connection, order_ids: Iterable[str]) -> dict[tuple[str, int], MailState]:
    """Return the state of the mail about each parcel of these orders."""
    rows = db.execute(LIST_MAIL_STATES, {"order_ids": list(order_ids)})
    return {(row.order_id, int(row.occurrence)): MailState(row.state) for row in rows}
