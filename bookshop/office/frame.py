"""What surrounds every page of the office: where one is, and counts of what waits."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bookshop.fulfilment.order_conditions import HAS_IN_STOCK, MAY_LEAVE
from bookshop.mail.mail import MailState
from bookshop.mail.mail_list import NOT_SENT
from bookshop.schema import mails, order_copies, orders

MAX_COUNTED = 200
# the numbers first, as the partial index has them: SQLite would read all copies to list each order once
_TO_PACK = (
    select(order_copies.c.order_number, order_copies.c.order_id)
    .join(orders)
    .where(HAS_IN_STOCK, MAY_LEAVE)
    .distinct()
)
_FAILED = select(mails.c.id).where(NOT_SENT, mails.c.state.in_([MailState.FAILED, MailState.UNCERTAIN]))
COUNT_WAITING = select(
    *(
        select(func.count())
        .select_from(found.limit(MAX_COUNTED + 1).subquery())
        .scalar_subquery()
        .label(name)
        for name, found in (("to_pack", _TO_PACK), ("failed_mails", _FAILED))
    )
)


@dataclass(frozen=True, slots=True)
class Frame:
    """`room` is the first part of the address below /office; counts are empty if nothing waits."""

    room: str
    address: str
    to_pack: str
    failed_mails: str


def read_frame(db: Connection, path: str, address: str) -> Frame:
    """Return the frame of the page at this path; its own forms lead back to the address."""
    counts = db.execute(COUNT_WAITING).one()
    room = path.removeprefix("/office").split("/")[1:2]
    return Frame(f"/{room[0]}" if room else "", address, capped(counts.to_pack), capped(counts.failed_mails))


def capped(count: int) -> str:
    """Return a count as it is shown: empty for none, and "200+" for more."""
    return f"{MAX_COUNTED}+" if count > MAX_COUNTED else str(count or "")
