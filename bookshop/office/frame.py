"""What surrounds every page of the office: where one is, and counts of what waits."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bookshop.fulfilment.order_conditions import HAS_IN_STOCK
from bookshop.mail.mail import MailState
from bookshop.mail.mail_list import NOT_SENT
from bookshop.office.count_orders import count_rows, count_with_copies
from bookshop.schema import mails

MAX_COUNTED = 200
_FAILED = select(mails.c.id).where(NOT_SENT, mails.c.state.in_([MailState.FAILED, MailState.UNCERTAIN]))
COUNT_WAITING = select(
    count_with_copies(MAX_COUNTED, HAS_IN_STOCK).label("to_pack"),
    count_rows(_FAILED, MAX_COUNTED + 1).label("failed_mails"),
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
