"""A message has no header that a shopper wrote, and reads back as it was written."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookshop.mail.mail import Mail, MailKind
from bookshop.mail.message import NotSendable, build_message, header_text, make_message_id
from tests.builders import some_settings

SETTINGS = {"SMTP_URL": "smtp://localhost", "MAIL_FROM": "shop@books.example"}
MAIL = Mail(
    7,
    MailKind.CONFIRMATION,
    "order",
    "",
    datetime(2026, 11, 29, 6, 0, tzinfo=UTC),
    recipient="reader@example.com",
    message_id="<1@books.example>",
    subject="Order 1042 – Bookshop",
    plain="Thank you.\n",
    html="<p>Thank you.</p>\n",
)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
INJECTION = "=?utf-8?q?a=0ABcc:_x@y?="


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def test_a_message_has_the_headers_of_an_automatic_mail() -> None:
    settings = some_settings(**SETTINGS, MAIL_REPLY_TO="help@books.example", SHOP_NAME="Books, Tea & Co")
    message = read(build_message(MAIL, settings))
    assert message["From"].addresses[0].display_name == "Books, Tea & Co"
    assert message["From"].addresses[0].addr_spec == "shop@books.example"
    assert message["Reply-To"] == "help@books.example"
    assert message["To"] == "reader@example.com"
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MAIL.created_at
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@given(
    *(st.text(st.characters(exclude_categories=["Cs"]), max_size=200) for _ in range(4)),
)
@example(INJECTION, INJECTION, INJECTION, INJECTION)
@example("a\r\nBcc: x@y.example", "a\r\nBcc: x@y.example", "x", "x")
@example("a\x00b\x85c\u2028d", "ü" * 200, "ü" * 2000, "<p>" + "x" * 2000)
def test_whatever_a_text_holds_no_header_is_added_and_it_reads_back(
    name: str, subject: str, plain: str, html: str
) -> None:
    settings = some_settings(**SETTINGS, SHOP_NAME=name or "Bookshop")
    mail = replace(MAIL, subject=subject, plain=plain, html=html)
    data = build_message(mail, settings)
    message = read(data)
    assert message.keys() == HEADERS
    assert b"?==?" not in data
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert data.isascii()
    assert message["To"] == "reader@example.com"
    assert message["Subject"] == header_text(subject)


@pytest.mark.parametrize("recipient", ["", "ü@example.com", "no address", "<a@b.example>, c@d.example"])
def test_what_no_server_takes_is_refused(recipient: str) -> None:
    with pytest.raises(NotSendable):
        build_message(replace(MAIL, recipient=recipient), some_settings(**SETTINGS))


def test_each_mail_has_its_own_message_id_at_every_try() -> None:
    settings = some_settings(**SETTINGS)
    ids = [
        make_message_id(mail, settings)
        for mail in (MAIL, replace(MAIL, kind=MailKind.SHIPPED), replace(MAIL, occurrence="2"))
    ]
    assert len(set(ids)) == 3
    assert make_message_id(replace(MAIL, tries=3, state=MAIL.state), settings) == ids[0]
    assert all(each.endswith("@books.example>") for each in ids)
