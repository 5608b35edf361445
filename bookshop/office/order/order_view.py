"""An order with all that belongs to it, as a bookseller reads it."""

from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.fulfilment import Fulfilment
from bookshop.mail.mail import Mail
from bookshop.mail.mail_list import list_mails
from bookshop.orders.order import Order
from bookshop.orders.refund import Refund
from bookshop.payments.refund_store import list_refunds
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.shopper_requests.store import list_requests


class OrderView(NamedTuple):
    """An order with all that belongs to it."""

    order: Order
    refunds: list[Refund]
    fulfilment: Fulfilment
    requests: list[ShopperRequest]
    mails: list[Mail]


def view_order(db: Connection, order: Order) -> OrderView:
    """Read all that belongs to an order."""
    # first, so that no refund is missing of the version that is found: each statement reads anew
    fulfilment = find_fulfilment(db, order.id)
    return OrderView(
        order,
        list_refunds(db, order.id),
        fulfilment,
        list_requests(db, order.id),
        [mail for mail, _ in list_mails(db, order_id=order.id)],
    )
