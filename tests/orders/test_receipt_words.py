"""What a receipt promises, the shop can keep."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bookshop.app import create_app
from tests.builders import some_settings
from tests.orders.receipt_states import ALL, CASES, a_parcel, render

MAIL = {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "shop@example.com"}
PROMISE = "We write to you"
MAX_BYTES, MAX_STYLE_BYTES = 8_000, 3_000


async def test_only_a_shop_that_sends_mail_promises_mail(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.db"
    silent, with_mail = (create_app(some_settings(DATABASE_URL=url, **mail)) for mail in ({}, MAIL))
    promised = {name for name in CASES if PROMISE in await render(with_mail, CASES[name])}
    assert promised == {"packed", "packed-collect", "partly-shipped", "partly-ready"}
    for name in CASES:
        page = await render(silent, CASES[name])
        assert PROMISE not in page, name
        assert ("This page shows" in page) == (name in promised), name


@pytest.mark.parametrize(
    ("settings", "promise"),
    [
        ({"STRIPE_API_BASE": ""}, "The receipt is on its way"),
        (MAIL, "A confirmation is on its way"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, ""),
    ],
)
async def test_a_receipt_names_the_mail_that_comes(
    tmp_path: Path, settings: dict[str, str], promise: str
) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db", **settings))
    found = re.search("[\\w ]+ is on its way", await render(shop, CASES["paid"]))
    assert (found.group().strip() if found else "") == promise


@pytest.mark.parametrize(
    ("carrier", "tracking", "words"),
    [
        ("SingPost", "RR1SG", "Follow your parcel"),
        ("", "", "See your parcel"),
        ("A cousin", "7", "See your parcel"),
    ],
)
async def test_only_a_parcel_with_an_address_is_followed(
    tmp_path: Path, carrier: str, tracking: str, words: str
) -> None:
    case = CASES["shipped"]
    parcel = a_parcel(1, ALL, carrier=carrier, tracking=tracking)
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    shown = await render(shop, case._replace(progress=replace(case.progress, parcels=(parcel,))))
    assert words in shown


async def test_a_receipt_is_light_although_it_is_not_compressed(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    for name, case in CASES.items():
        assert len((await render(shop, case)).encode()) <= MAX_BYTES, name
    styles = await shop.test_client().get("/static/css/orders.css", headers={"Accept-Encoding": "br"})
    assert styles.headers["Content-Encoding"] == "br"
    assert len(bytes(await styles.get_data())) <= MAX_STYLE_BYTES  # type: ignore[arg-type]  # no text was asked for
