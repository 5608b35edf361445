"""What a receipt promises, the shop can keep."""

from pathlib import Path

from bookshop.app import create_app
from tests.builders import some_settings
from tests.orders.receipt_states import CASES, render

MAIL = {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "shop@example.com"}
PROMISE = "We write to you"


async def test_only_a_shop_that_sends_mail_promises_mail(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    silent, with_mail = (create_app(some_settings(DATABASE_URL=url, **mail)) for mail in ({}, MAIL))
    promised = {name for name in CASES if PROMISE in await render(with_mail, CASES[name])}
    assert promised == {"packed", "packed-collect", "partly-shipped", "partly-ready"}
    for name in CASES:
        page = await render(silent, CASES[name])
        assert PROMISE not in page, name
        assert ("This page shows" in page) == (name in promised), name
