"""The text of mails: plain and HTML say the same, whatever is in an order."""

import re
from dataclasses import asdict, replace
from email import message_from_bytes
from email.policy import SMTP
from unicodedata import bidirectional, category
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bookshop.mail.compose import compose_text
from bookshop.mail.mail import TO_SHOP, ComposedMail, Mail, MailKind
from bookshop.mail.message import build_message
from bookshop.orders.tracking import TRACKING_PAGES
from tests.builders import AN_ADDRESS
from tests.mail.example_mails import COLLECTED, DELIVERED, EXAMPLES, SETTINGS, a_mail, paid_order
from tests.mail.read_mail import HtmlMail, links_of_plain, words_of_html, words_of_plain
from tests.web.test_pages import Outline

# Gmail cuts off what follows
MAX_BYTES = 102_000
CARRIERS = {urlsplit(page).netloc for page in TRACKING_PAGES.values()}
EMPTY_QUOTE = re.compile(r"<blockquote[^>]*>\s*</blockquote>")
CONTROLS = ("Cc", "Zl", "Zp")
# characters that change the direction of what follows
TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
HOSTILE = st.sampled_from(
    [
        "=?utf-8?q?a=0ABcc:_x@y?=",
        "a\r\nBcc: x@y",
        "a\0b",
        "a\u2028b\u2029c\x85d",
        "<script>alert(1)</script><img src=x>&amp;",
        '"><a href="https://evil.example">here</a>',
        "{{ order.token }}{% raw %}",
        "\u202eright to left\u202c \u2066x",
        "مئة عام من العزلة",
        "https://evil.example/pay",
        "a" * 2000,
        "ab " * 500,
        "",
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def composed(name: str) -> ComposedMail:
    order, mail = EXAMPLES[name]
    return compose_text(order, SETTINGS, mail)


def check(mail: Mail, text: ComposedMail) -> None:
    """Check what holds for every mail."""
    assert words_of_plain(text) == words_of_html(text)
    assert not EMPTY_QUOTE.search(text.html)
    links = HtmlMail(text.html).links
    assert links_of_plain(text) == [link for link in links if not link.startswith("mailto:")]
    for link in links:
        is_ours = link.startswith(SETTINGS.shop_url) or link == f"mailto:{SETTINGS.shop_email}"
        assert is_ours or urlsplit(link).netloc in CARRIERS, link
    assert mail.kind not in TO_SHOP or "/orders/" not in text.plain + text.html
    assert len(text.html.encode()) < MAX_BYTES
    assert not {"script", "img", "on", "src"} & set(Outline(text.html).attributes)
    assert text.html.count("<h1") == 1


def check_message(mail: Mail, text: ComposedMail) -> None:
    """Check that the message that travels has the text, and headers that no shopper has written."""
    sent = build_message(replace(mail, message_id="<1@shop.example>", **asdict(text)), SETTINGS)
    assert b"?==?" not in sent
    message = message_from_bytes(sent, policy=SMTP)
    assert message["Subject"] == text.subject
    parts = [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]
    assert parts == [text.plain, text.html]
    assert "x@y" not in message.as_bytes().partition(b"\r\n\r\n")[0].decode()


def test_there_is_an_example_of_every_kind() -> None:
    assert {mail.kind for _, mail in EXAMPLES.values()} == set(MailKind)


@pytest.mark.parametrize("name", EXAMPLES)
def test_plain_and_html_say_the_same(name: str) -> None:
    check(EXAMPLES[name][1], composed(name))


@settings(max_examples=100)
@given(st.sampled_from(list(EXAMPLES)), HOSTILE, HOSTILE, HOSTILE)
@example("confirmation", "a" * 80, "https://evil.example/pay", "https://evil.example/pay")
@example("confirmation, one book to collect", "a", "b", "\r")
@example("new order", "=?utf-8?q?a=0ABcc:_x@y?=", "=?utf-8?q?a=0ABcc:_x@y?=", "=?utf-8?q?a=0ABcc:_x@y?=")
def test_no_text_of_an_order_breaks_a_mail(name: str, title: str, byline: str, shopper: str) -> None:
    order, mail = EXAMPLES[name]
    if order:
        lines = tuple(replace(line, title=title, byline=byline) for line in order.lines)
        order = replace(order, lines=lines, name=shopper)
    details = {**mail.details, "name": shopper, "reference": shopper, "message": title}
    mail = replace(
        mail, details={key: details[key] for key in (*mail.details, "name", "reference", "message")}
    )
    text = compose_text(order, SETTINGS, mail)
    check(mail, text)
    check_message(mail, text)
    assert text.subject == composed(name).subject
    for part in (text.plain, text.html):
        assert not [c for c in part.replace("\n", "") if category(c) in CONTROLS or bidirectional(c) in TURNS]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("confirmation", "Order 1042 – Awning Books"),
        ("ready", "Order 1042 is ready to collect – Awning Books"),
        ("ready, a part", "Part of order 1042 is ready to collect – Awning Books"),
        ("shipped", "Order 1042 is on its way – Awning Books"),
        ("shipped, a part by another carrier", "Part of order 1042 is on its way – Awning Books"),
        ("cancelled, a part", "Part of order 1042 is cancelled – Awning Books"),
        ("withdrawal", "We received your withdrawal – Awning Books"),
        ("new order", "New order 1042 – Awning Books"),
        ("needs review: payment", "An order needs review – Awning Books"),
        ("needs review: withdrawal from no known order", "An order needs review – Awning Books"),
    ],
)
def test_a_subject_is_the_order_and_the_shop(name: str, subject: str) -> None:
    assert composed(name).subject == subject


@pytest.mark.parametrize(
    ("shop_name", "shown"),
    [
        ("=?utf-8?q?a=0ABcc:_x@y?=", "= ?utf-8?q?a=0ABcc:_x@y?="),
        ("Books\r\nand more", "Books and more"),
        ("B" * 60, "B" * 39 + "…"),
    ],
)
def test_a_subject_shortens_the_name_of_the_shop(shop_name: str, shown: str) -> None:
    text = compose_text(DELIVERED, replace(SETTINGS, shop_name=shop_name), a_mail("confirmation"))
    assert text.subject == f"Order 1042 – {shown}"


def test_mails_go_to_the_shopper_or_to_the_shop() -> None:
    order = paid_order(email="ada@bücher.example")
    assert compose_text(order, SETTINGS, a_mail("confirmation")).recipient == "ada@xn--bcher-kva.example"
    assert compose_text(order, SETTINGS, a_mail("new_order")).recipient == SETTINGS.shop_email
    other = replace(SETTINGS, shop_email="hello@bücher.example")
    assert compose_text(order, other, a_mail("new_order")).recipient == "hello@xn--bcher-kva.example"
    assert composed("order link").recipient == "ada@example.com"


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "confirmation",
            [
                "Thank you, Ada Reader.",
                "2 copies\n  S$37.80 · On our shelves",
                "2 on our shelves, 1 ordered in for you, which takes about 5\n  days",
                "Pre-order: out on 14 January 2027",
                "Delivery: S$4.00",
                "Paid: S$125.50",
                "On: 29 Nov 2026, 5:30 PM",
                "With: Visa ending 4242",
                "SINGAPORE 098585",
                f"\nhttps://shop.example/orders/{DELIVERED.token}\n",
                "write to hello@example.com",
            ],
        ),
        (
            "confirmation, one book to collect",
            ["when you can collect your book.", "Kept for: Ada Reader", "Open: Every day, 10 am to 8 pm"],
        ),
        (
            "ready, a part",
            [
                "A part of your order 1042 waits for you",
                "12 Example Road",
                "Open: Every day",
                "3 copies\n  Expected by 4 December 2026",
            ],
        ),
        (
            "shipped, tracked",
            [
                "left the shop on 29 November 2026",
                "Tracking number: AB123456785GB",
                "\nhttps://www.royalmail.com/track-your-item#/tracking-results/AB123456785GB\n",
            ],
        ),
        (
            "shipped, a part by another carrier",
            ["Carrier: Fast Bikes\nTracking number: 77\n", "Still to come"],
        ),
        (
            "refunded",
            ["On 29 November 2026 we sent back S$18.90", "Goes to: Visa ending 4242", "Middlemarch"],
        ),
        ("refunded, an amount", ["S$4.00", "Goes to: Where it was paid from"]),
        ("cancelled", ["    Mina, for the shop", "You get S$125.50 back, to your Visa ending 4242"]),
        (
            "cancelled, as asked",
            ["As you asked, we have cancelled your order 1042."],
        ),
        ("delayed", ["Now expected by: 20 December 2026", "    Reprint."]),
        (
            "withdrawal",
            ["29 November 2026, 5:30 PM (Singapore Standard Time)", "Name: Ada Reader", "Order: 1042"],
        ),
        ("withdrawal of the whole order", ["Books: All of the order"]),
        ("new order", ["2 on the shelf, 1 to order", "not before 14 January 2027", "bookshop pack 1042"]),
        ("needs review: fraud_warning", ["bookshop refund order", "Please have a look."]),
    ],
)
def test_a_mail_has_its_facts(name: str, facts: list[str]) -> None:
    text = composed(name).plain
    for fact in facts:
        assert fact in text


@pytest.mark.parametrize(
    ("shop", "address", "is_offered"),
    [("SG", "SG", False), ("SG", "DE", True), ("SG", "GB", False), ("DE", "SG", True), ("IE", "", True)],
)
def test_a_shopper_in_the_eu_learns_how_to_withdraw(shop: str, address: str, is_offered: bool) -> None:
    order = replace(DELIVERED, address=replace(AN_ADDRESS, country=address)) if address else COLLECTED
    for kind in ("confirmation", "new_order"):
        mail = a_mail(kind)
        text = compose_text(order, replace(SETTINGS, shop_country=shop), mail)
        check(mail, text)
        is_told = "\nhttps://shop.example/withdraw\n" in text.plain
        assert is_told == (is_offered and kind == "confirmation")
        assert ("until 14 days after" in " ".join(text.plain.split())) == is_told


def test_a_mail_links_to_the_shops_own_law_pages() -> None:
    text = composed("confirmation")
    found = [
        link
        for link in HtmlMail(text.html).links
        if link in ("https://shop.example/terms", "https://shop.example/privacy/")
    ]
    assert found == ["https://shop.example/terms", "https://shop.example/privacy/"]
    assert "Legal notice" not in text.html


def test_a_strangers_words_become_no_link() -> None:
    order, mail = EXAMPLES["withdrawal"]
    details = {**mail.details, "name": "Win at https://evil.example now", "reference": "www.evil.example"}
    text = compose_text(order, SETTINGS, replace(mail, details=details))
    assert "Win at https:// evil. example now" in text.plain
    assert "www. evil. example" in text.plain


def test_an_order_with_many_books_fits_into_a_mail() -> None:
    lines = tuple(replace(DELIVERED.lines[1], isbn=f"{n:013d}", title=f"Book {n} " * 5) for n in range(100))
    mail = a_mail("confirmation")
    check(mail, compose_text(paid_order(*lines), SETTINGS, mail))
