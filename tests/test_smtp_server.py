"""The mail server is read from one address, and no password travels in the clear."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.settings import InvalidSettings
from bookshop.settings.smtp_server import SmtpServer, TlsMode, parse_smtp_url
from tests.builders import some_settings


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, TlsMode.REQUIRED)),
        ("smtp://u:p@mail.example", SmtpServer("mail.example", 587, TlsMode.REQUIRED, "u", "p")),
        ("smtp://u:p@mail.example:25", SmtpServer("mail.example", 25, TlsMode.REQUIRED, "u", "p")),
        ("smtp://relay:25/", SmtpServer("relay", 25, TlsMode.IF_OFFERED)),
        ("smtps://u:p@mail.example", SmtpServer("mail.example", 465, TlsMode.FROM_START, "u", "p")),
        ("smtps://mail.example:2465", SmtpServer("mail.example", 2465, TlsMode.FROM_START)),
        ("smtp://localhost:1025", SmtpServer("localhost", 1025, TlsMode.IF_OFFERED)),
        ("smtp://u:p@[::1]:1025", SmtpServer("::1", 1025, TlsMode.IF_OFFERED, "u", "p")),
        ("", None),
    ],
)
def test_an_address_names_the_server_and_when_it_encrypts(text: str, server: SmtpServer | None) -> None:
    assert parse_smtp_url(text) == server


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_user_and_password_can_be_written(user: str, password: str) -> None:
    server = parse_smtp_url(f"smtp://{quote(user, safe='')}:{quote(password, safe='')}@mail.example")
    assert server
    assert (server.user, server.password, server.host) == (user, password, "mail.example")
    assert password not in repr(server) or password in repr(SmtpServer("mail.example", 587, server.tls, user))


@pytest.mark.parametrize(
    "text",
    [
        "mail.example",
        "mail.example:587",
        "http://mail.example",
        "smtp://",
        "smtp://user:hunter2@",
        "smtp://user@mail.example",
        "smtp://:hunter2@mail.example",
        "smtp://user:hunter2@mail.example/path",
        "smtp://user:hunter2@mail.example?tls=no",
        "smtp://user:hunter2@mail.example:port",
        "smtp://user:hunter2@mail.example:70000",
        "smtp://user:hunter2@[::1",
        "smtp://user:hun/ter2@mail.example",
    ],
)
def test_what_names_no_server_is_refused_without_its_password(text: str) -> None:
    with pytest.raises(InvalidSettings) as bad:
        some_settings(SMTP_URL=text, MAIL_FROM="shop@books.example")
    (error,) = bad.value.errors
    assert error.startswith("SMTP_URL: ")
    assert "hunter2" not in error


def test_a_server_needs_an_address_that_mail_comes_from() -> None:
    with pytest.raises(InvalidSettings) as bad:
        some_settings(SMTP_URL="smtp://localhost")
    assert bad.value.errors == ["MAIL_FROM is missing: SMTP_URL needs the address that mail comes from"]


@pytest.mark.parametrize("name", ["MAIL_FROM", "MAIL_REPLY_TO", "MAIL_BOUNCES"])
def test_an_address_is_as_every_mail_server_takes_it(name: str) -> None:
    settings = some_settings(**{name: "shop@bücher.example"})
    assert getattr(settings, name.lower()) == "shop@xn--bcher-kva.example"
    with pytest.raises(InvalidSettings, match=name):
        some_settings(**{name: "büro@books.example"})
