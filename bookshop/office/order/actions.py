"""The buttons on an order's page that need no page of their own."""

from quart import request
from quart.typing import ResponseReturnValue

from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.resend import resend
from bookshop.fulfilment.undo import undo
from bookshop.office.office import Office
from bookshop.office.order.perform import perform
from bookshop.shopper_requests.close_request import close_request
from bookshop.staff.session import Session
from bookshop.trade.typed_text import normalize_text
from bookshop.web.small_int import small_int


async def pack_copies(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Pack what is in stock."""
    return await perform(office, session, order_id, pack)


async def set_ready(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Tell the shopper that copies are ready to be collected."""
    return await perform(office, session, order_id, make_ready)


async def hand_over(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Hand copies to the shopper."""
    return await perform(office, session, order_id, collect)


async def write_note(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Add a note for colleagues."""
    text = normalize_text((await request.form).get("note", ""))
    return await perform(office, session, order_id, add_note, text=text)


async def undo_last(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Undo the last action, also one that the shopper has been told about if the form says so."""
    despite_mail = (await request.form).get("despite_mail") == "1"
    return await perform(office, session, order_id, undo, despite_mail=despite_mail)


async def resend_again(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Send a mail about the order again."""
    mail_id = (await request.form).get("mail", 0, type=small_int)
    return await perform(office, session, order_id, resend, mail_id=mail_id)


async def close_one(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Close a request of the shopper, which was answered."""
    request_id = (await request.form).get("request", "")
    return await perform(office, session, order_id, close_request, request_id=request_id)
