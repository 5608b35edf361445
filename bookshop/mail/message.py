"""A mail as the message that travels: its headers, plain text first, then HTML."""

import hashlib
import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from bookshop.mail.mail import Mail
from bookshop.settings import Settings

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
MESSAGE_ID_CHARS = 32


class NotSendable(Exception):
    """No server can take the mail; the message is for a bookseller."""


def make_message_id(mail: Mail, settings: Settings) -> str:
    """Return the Message-ID, which is the same for every try of a mail."""
    key = f"{mail.order_id} {mail.kind} {mail.occurrence} {mail.created_at.isoformat()}"
    name = hashlib.sha256(key.encode()).hexdigest()[:MESSAGE_ID_CHARS]
    return f"<{name}@{sender_domain(settings)}>"


def sender_domain(settings: Settings) -> str:
    """Return the domain that mail comes from."""
    return settings.mail_from.rpartition("@")[2] or "localhost"


def build_message(mail: Mail, settings: Settings) -> bytes:
    """Return the message; raises NotSendable.

    Nothing that a shopper typed is in a header: Python's encoded words can be made to break a line
    (CVE-2024-6923).
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(header_text(settings.shop_name), addr_spec=settings.mail_from)
    message["To"] = read_address(mail.recipient)
    message["Subject"] = header_text(mail.subject)
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    # answers such as "out of office" would come back to the shop (RFC 3834)
    message["Auto-Submitted"] = "auto-generated"
    if settings.mail_reply_to:
        message["Reply-To"] = Address(addr_spec=settings.mail_reply_to)
    message.set_content(mail.plain, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def header_text(text: str) -> str:
    """Return a header's text in one line that no parser takes for an encoded word."""
    return " ".join(CONTROLS.sub(" ", text).replace("=?", "= ?").split())


def read_address(recipient: str) -> Address:
    """Return the address of a recipient; raises NotSendable."""
    if not recipient:
        raise NotSendable("The order has no e-mail address.")
    if not recipient.isascii():
        raise NotSendable("Mail servers do not accept the letters before the @ of this address.")
    try:
        return Address(addr_spec=recipient)
    except (ValueError, IndexError, MessageError):
        raise NotSendable("This is not a valid e-mail address.") from None
