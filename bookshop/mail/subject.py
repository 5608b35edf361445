"""The subjects of mails: short, and without a word of a shopper or of a book."""

from bookshop.mail.mail import Mail, MailKind
from bookshop.orders.order import Order

# longer names leave no room for the order's number on a phone
MAX_NAME_CHARS = 40
SUBJECTS = {
    MailKind.CONFIRMATION: "{order}",
    MailKind.READY: "{order} is ready to collect",
    MailKind.SHIPPED: "{order} is on its way",
    MailKind.REFUNDED: "Refund for {order}",
    MailKind.CANCELLED: "{order} is cancelled",
    MailKind.DELAYED: "{order} takes longer",
    MailKind.WITHDRAWAL: "We received your withdrawal",
    MailKind.ORDER_LINK: "The link to your order",
    MailKind.NEW_ORDER: "New {order}",
    MailKind.NEEDS_REVIEW: "{order} needs review",
}


def find_subject(order: Order | None, shop_name: str, mail: Mail) -> str:
    """Return a mail's subject, such as "Order 1042 – Name of the shop"."""
    return f"{describe_mail(order.number if order else None, mail)} – {shorten_name(shop_name)}"


def describe_mail(number: int | None, mail: Mail) -> str:
    """Return what a mail is about, such as "Order 1042 is on its way"."""
    name = f"order {number}" if number else "an order"
    if is_about_part(mail):
        name = f"part of {name}"
    subject = SUBJECTS[mail.kind].format(order=name)
    return f"{subject[0].upper()}{subject[1:]}"


def is_about_part(mail: Mail) -> bool:
    """Return whether the rest of the order comes, or came, in another mail."""
    details = mail.details
    is_parcel_of_several = not details.get("is_last", True) or details.get("parcel", 1) > 1
    return bool(is_parcel_of_several or details.get("left") or not details.get("is_whole", True))


def shorten_name(name: str) -> str:
    """Return the shop's name as a header may hold it.

    Some versions of Python decode what looks like an encoded word, line feeds and all (CVE-2024-6923).
    """
    printable = "".join(c if c.isprintable() else " " for c in name).replace("=?", "= ?")
    words = " ".join(printable.split())
    return words if len(words) <= MAX_NAME_CHARS else f"{words[: MAX_NAME_CHARS - 1].rstrip()}…"
