"""How each state of a receipt looks.

Butter is for good news, sky for what is under way, stone for what came to nothing.
"""

from typing import NamedTuple

from bookshop.orders.receipt import ReceiptState


class Look(NamedTuple):
    """The hue of the page's top, the shape in its chip, and what stands on its board."""

    hue: str
    shape: str
    drawing: str


LOOKS = {
    ReceiptState.WAITING: Look("sky", "half", "teacup"),
    ReceiptState.ACTION: Look("sky", "half", "phone"),
    ReceiptState.FAILED: Look("sky", "half", "books"),
    ReceiptState.UNPAID: Look("sky", "half", "books"),
    ReceiptState.EXPIRED: Look("stone", "bar", "hourglass"),
    ReceiptState.CANCELLED: Look("stone", "bar", "books"),
    ReceiptState.NEEDS_REVIEW: Look("sky", "half", "magnifier"),
    ReceiptState.PAID: Look("butter", "full", "books"),
    ReceiptState.PARTLY_CANCELLED: Look("sky", "half", "books"),
    ReceiptState.AWAITING: Look("butter", "half", "books"),
    ReceiptState.DELAYED: Look("sky", "half", "calendar"),
    ReceiptState.PACKED: Look("butter", "full", "box"),
    ReceiptState.PARTLY_SHIPPED: Look("sky", "going", "parcels"),
    ReceiptState.SHIPPED: Look("sky", "going", "parcel"),
    ReceiptState.SENT: Look("sky", "full", "parcel"),
    ReceiptState.READY: Look("butter", "full", "bag"),
    ReceiptState.COLLECTED: Look("butter", "full", "books"),
    ReceiptState.RETURNED: Look("stone", "back", "box"),
    ReceiptState.PARTLY_REFUNDED: Look("stone", "back", "coins"),
    ReceiptState.REFUNDED: Look("stone", "back", "coins"),
    ReceiptState.CANCELLED_BY_US: Look("stone", "bar", "sorry"),
    ReceiptState.CANCELLED_AS_ASKED: Look("stone", "bar", "coins"),
    ReceiptState.DISPUTED: Look("sky", "half", "card"),
    ReceiptState.DISPUTE_LOST: Look("stone", "back", "coins"),
}
