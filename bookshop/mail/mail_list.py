"""Mails as staff and shoppers read them: lists, and one by its number."""

from collections.abc import Iterable

from sqlalchemy import Connection, Integer, bindparam, literal_column, select, text

from bookshop.mail.mail import TO_SHOP, Mail, MailState
from bookshop.mail.mail_row import to_mail
from bookshop.schema import mails, orders

# they take far longer to read than all the rest, and no list shows them
_WITHOUT_TEXTS = [
    literal_column("''").label(column.name) if column.name in ("plain", "html") else column
    for column in mails.c
]
LIST_MAILS = (
    select(*_WITHOUT_TEXTS, orders.c.number.label("order_number"))
    .join(orders, orders.c.id == mails.c.order_id, isouter=True)
    .order_by(mails.c.id.desc())
)


def list_mails(
    db: Connection, *, state: str = "", kind: str = "", order_id: str = "", limit: int | None = None
) -> list[tuple[Mail, int | None]]:
    """Return the mails of this state, kind and order with the order's number, the newest first.

    The mails of all lists are without their texts.
    """
    conditions = {"state": state, "kind": kind, "order_id": order_id}
    chosen = {name: value for name, value in conditions.items() if value}
    rows = db.execute(
        LIST_MAILS.where(*(mails.c[name] == value for name, value in chosen.items())).limit(limit)
    )
    return [(to_mail(row), row.order_number) for row in rows]


FIND_MAIL = select(mails).where(mails.c.id == bindparam("mail_id", type_=Integer))


def find_mail(db: Connection, mail_id: int) -> Mail | None:
    """Return the mail with this number."""
    row = db.execute(FIND_MAIL, {"mail_id": mail_id}).first()
    return to_mail(row) if row else None


LIST_TO_SHOPPER = (
    select(mails)
    .where(mails.c.order_id == bindparam("order_id"), mails.c.kind.not_in(TO_SHOP))
    .order_by(mails.c.id)
)


def list_mails_to_shopper(db: Connection, order_id: str) -> list[Mail]:
    """Return the mails of an order that go to the shopper, the oldest first."""
    return [to_mail(row) for row in db.execute(LIST_TO_SHOPPER, {"order_id": order_id})]


# as the partial index has it, so that SQLite uses it
NOT_SENT = text("mails.state NOT IN ('sent', 'kept')")
LIST_NOT_SENT = (
    LIST_MAILS.where(NOT_SENT, mails.c.state.in_(bindparam("states", expanding=True)))
    .order_by(None)
    .order_by(mails.c.id)
    .limit(bindparam("max_mails", type_=Integer))
)


def list_unsent_mails(
    db: Connection, states: Iterable[MailState], limit: int
) -> list[tuple[Mail, int | None]]:
    """Return mails in these unfinished states with the order's number, the oldest first."""
    rows = db.execute(LIST_NOT_SENT, {"states": list(states), "max_mails": limit})
    return [(to_mail(row), row.order_number) for row in rows]


LIST_FINISHED = LIST_MAILS.where(
    mails.c.state.in_([MailState.SENT, MailState.KEPT]), mails.c.id < bindparam("before", type_=Integer)
).limit(bindparam("max_mails", type_=Integer))
AFTER_ALL = 2**31 - 1


def list_finished_mails(db: Connection, before: int | None, limit: int) -> list[tuple[Mail, int | None]]:
    """Return the newest mails before this one that were sent or kept, with the order's number."""
    rows = db.execute(LIST_FINISHED, {"before": before or AFTER_ALL, "max_mails": limit})
    return [(to_mail(row), row.order_number) for row in rows]
