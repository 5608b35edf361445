"""A mail of each kind in each of its forms, about orders that are not stored."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bookshop.mail.mail import Mail, MailKind
from bookshop.money import total
from bookshop.orders.order import Delivery, Order, OrderLine, PaymentState
from bookshop.trade.availability import AvailabilityKind
from tests.builders import A_CHARGE, AN_ADDRESS, an_isbn, an_order, sgd, some_settings

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
SETTINGS = some_settings(
    SHOP_NAME="Awning Books",
    SHOP_URL="https://shop.example",
    SHOP_ADDRESS="12 Example Road, Singapore",
    SHOP_HOURS="Every day, 10 am to 8 pm",
    TERMS_URL="https://shop.example/terms",
    PRIVACY_URL="https://shop.example/privacy/",
    SMTP_URL="smtp://localhost",
    MAIL_FROM="orders@shop.example",
)
ON_SHELF = OrderLine(an_isbn(), "Middlemarch", "George Eliot", 2, sgd(1890))
TO_ORDER = OrderLine(
    an_isbn(),
    "The Life and Opinions of Tristram Shandy, Gentleman",
    "Laurence Sterne",
    quantity=3,
    price=sgd(2290),
    kind=AvailabilityKind.ORDER,
    to_order=1,
    days=5,
)
PREORDER = OrderLine(
    an_isbn(),
    "百年孤独",
    "Gabriel García Márquez",
    quantity=1,
    price=sgd(1500),
    kind=AvailabilityKind.PREORDER,
    to_order=1,
    not_before=datetime(2027, 1, 13, 16, 0, tzinfo=UTC),
)
SHELF_COPIES = [[ON_SHELF.isbn, 2]]
LEFT = [[TO_ORDER.isbn, 3, "2026-12-04T09:30:00+00:00"], [PREORDER.isbn, 1, ""]]


def paid_order(*lines: OrderLine, delivery: Delivery = Delivery.DELIVER, **changed: Any) -> Order:
    """Make a paid order of these lines."""
    lines = lines or (ON_SHELF, TO_ORDER, PREORDER)
    fee = sgd(400 if delivery is Delivery.DELIVER else 0)
    values = {
        "lines": lines,
        "delivery": delivery,
        "address": AN_ADDRESS if delivery is Delivery.DELIVER else None,
        "number": 1042,
        "name": "Ada Reader",
        "payment": PaymentState.PAID,
        "charge": A_CHARGE,
        "paid_at": NOW,
        "delivery_fee": fee,
        "total": total([fee, *(line.amount for line in lines)], "SGD"),
    }
    return an_order(**{**values, **changed})


def a_mail(kind: str, **details: Any) -> Mail:
    """Make a mail about an order."""
    return Mail(1, MailKind(kind), "order", "1", NOW, details)


def a_mail_to(recipient: str, kind: str, **details: Any) -> Mail:
    """Make a mail about no order."""
    return replace(a_mail(kind, **details), recipient=recipient, order_id="")


DELIVERED, COLLECTED = paid_order(), paid_order(delivery=Delivery.COLLECT)
ALL_COPIES = [[line.isbn, line.quantity] for line in DELIVERED.lines]
WITHDRAWN_AT = "2026-11-29T09:30:00+00:00"
SHIPPED = {"parcel": 1, "carrier": "", "tracking": "", "copies": SHELF_COPIES, "is_last": True}
EXAMPLES: dict[str, tuple[Order | None, Mail]] = {
    "confirmation": (DELIVERED, a_mail("confirmation")),
    "confirmation, one book to collect": (
        paid_order(replace(ON_SHELF, quantity=1), delivery=Delivery.COLLECT),
        a_mail("confirmation"),
    ),
    "ready": (COLLECTED, a_mail("ready", copies=SHELF_COPIES)),
    "ready, a part": (COLLECTED, a_mail("ready", copies=SHELF_COPIES, left=LEFT)),
    "shipped": (DELIVERED, a_mail("shipped", **SHIPPED)),
    "shipped, tracked": (
        DELIVERED,
        a_mail("shipped", **{**SHIPPED, "carrier": "Royal Mail", "tracking": "AB123456785GB"}),
    ),
    "shipped, a part by another carrier": (
        DELIVERED,
        a_mail(
            "shipped",
            **{**SHIPPED, "carrier": "Fast Bikes", "tracking": "77", "left": LEFT, "is_last": False},
        ),
    ),
    "refunded": (DELIVERED, a_mail("refunded", amount_minor=1890, copies=[[ON_SHELF.isbn, 1]])),
    "refunded, an amount": (
        replace(DELIVERED, charge=None),
        a_mail("refunded", amount_minor=400, copies=[]),
    ),
    "cancelled": (
        DELIVERED,
        a_mail(
            "cancelled",
            copies=ALL_COPIES,
            is_whole=True,
            refund_minor=DELIVERED.total.minor,
            message="The warehouse was flooded, and this edition is gone.\n\nMina, for the shop",
        ),
    ),
    "cancelled, a part": (
        COLLECTED,
        a_mail("cancelled", copies=[[PREORDER.isbn, 1]], is_whole=False, refund_minor=1500, message=""),
    ),
    "cancelled, as asked": (
        DELIVERED,
        a_mail(
            "cancelled", copies=ALL_COPIES, is_whole=True, is_as_asked=True, refund_minor=1500, message=""
        ),
    ),
    "delayed": (
        DELIVERED,
        a_mail("delayed", copies=[[TO_ORDER.isbn, 1]], until="2026-12-20T00:00:00+00:00", message="Reprint."),
    ),
    "delayed, without a word": (
        DELIVERED,
        a_mail("delayed", copies=[[TO_ORDER.isbn, 1]], until="2026-12-20T00:00:00+00:00", message=""),
    ),
    "withdrawal": (
        None,
        a_mail_to(
            "ada@example.com",
            "withdrawal",
            reference="1042",
            name="Ada Reader",
            received_at=WITHDRAWN_AT,
            copies=[["Middlemarch", 1]],
        ),
    ),
    "withdrawal of the whole order": (
        DELIVERED,
        a_mail("withdrawal", reference="1042", name="Ada", received_at=WITHDRAWN_AT, copies=[]),
    ),
    "order link": (None, a_mail_to("ada@example.com", "order_link", orders=[[1042, "t" * 22]])),
    "new order": (DELIVERED, a_mail("new_order")),
    "new order to collect": (COLLECTED, a_mail("new_order")),
    "needs review: withdrawal from no known order": (
        None,
        a_mail_to("", "needs_review", reason="withdrawal", message="Ada Reader, order 7"),
    ),
    **{
        f"needs review: {reason}": (
            replace(DELIVERED, number=None),
            a_mail("needs_review", reason=reason, message="Please have a look."),
        )
        for reason in ("payment", "refund", "dispute", "fraud_warning", "change", "withdrawal")
    },
}
