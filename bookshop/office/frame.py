"""What surrounds every page of the office: where one is, and counts of what waits."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bookshop.fulfilment.order_conditions import HAS_IN_STOCK, MAY_LEAVE
from bookshop.mail.mail import MailState
from bookshop.schema import mails, order_copies, orders

MAX_COUNTED = 99
# more than are counted, since some may not leave the shop
_FOUND = select(order_copies.c.order_id).where(HAS_IN_STOCK).distinct().limit(2 * MAX_COUNTED)
_TO_PACK = select(orders.c.id).where(orders.c.id.in_(_FOUND), MAY_LEAVE).limit(MAX_COUNTED + 1).subquery()
_NOT_SENT = (
    select(mails.c.id)
    .where(mails.c.state.in_([MailState.FAILED, MailState.UNCERTAIN]))
    .limit(MAX_COUNTED + 1)
    .subquery()
)
COUNT_WAITING = select(
    select(func.count()).select_from(_TO_PACK).scalar_subquery().label("to_pack"),
    select(func.count()).select_from(_NOT_SENT).scalar_subquery().label("failed_mails"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """`room` is the first part of the address below /office; counts are empty if nothing waits."""

    room: str
    address: str
    to_pack: str
    failed_mails: str


def read_frame(db: Connection, path: str, address: str) -> Frame:
    """Return the frame of the page at this path; it comes back to the address after a change of its own."""
    counts = db.execute(COUNT_WAITING).one()
    room = path.removeprefix("/office").split("/")[1:2]
    return Frame(
        room=f"/{room[0]}" if room else "",
        address=address,
        to_pack=capped(counts.to_pack),
        failed_mails=capped(counts.failed_mails),
    )


def capped(count: int) -> str:
    """Return a count as it is shown: empty for none, and "99+" for more."""
    return f"{MAX_COUNTED}+" if count > MAX_COUNTED else str(count or "")
