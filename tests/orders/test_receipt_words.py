"""What a receipt promises, the shop can keep."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bookshop.app import create_app
from bookshop.orders.order import PaymentState
from bookshop.orders.receipt import ReceiptState
from tests.builders import a_book, some_settings
from tests.orders.receipt_states import ALL, CASES, a_parcel, a_refund, render

MAIL = {"SMTP_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "shop@example.com"}
FOLDER = Path(__file__).parents[2] / "bookshop"
PROMISE = "We write to you"
MAX_BYTES, MAX_STYLE_BYTES = 8_000, 3_300

# the step that the top of a receipt offers first; where it offers none there is nothing to do
NEXT_STEPS = {
    "waiting": "Check now",
    "action": "Start the payment again",
    "failed": "Pay S$56.80",
    "unpaid": "Pay S$56.80",
    "expired": "Order the same books again",
    "cancelled-too_many_failures": "Order the same books again",
    "cancelled-replaced": "Continue with your later order",
    "needs-review": "Write to us",
    "paid": "",
    "paid-refund-failed": "Write to us",
    "partly-cancelled": "",
    "awaiting": "",
    "delayed": "Tell us",
    "packed": "",
    "partly-shipped": "Follow your parcel",
    "shipped": "Follow your parcel",
    "shipped-twice": "Follow parcel 2",
    "sent": "Write to us",
    "ready": "Find the way",
    "collected": "Back to the shelves",
    "returned": "Write to us",
    "partly-refunded": "",
    "refunded": "Back to the shelves",
    "cancelled-by-us": "Ask us to look for copies",
    "cancelled-as-asked": "Back to the shelves",
    "disputed": "Write to us",
    "dispute-lost": "Back to the shelves",
}
BUTTON = re.compile(r'<(?:a|button)[^>]*class="btn( main)?"[^>]*>([^<]+)<')


async def test_each_state_has_its_own_tone_and_one_next_step(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    shown = {name: scene_of(await render(shop, CASES[name])) for name in NEXT_STEPS}
    assert {CASES[name].state for name in shown} == set(ReceiptState)
    buttons = {name: BUTTON.findall(scene) for name, scene in shown.items()}
    assert {name: found[0][1] if found else "" for name, found in buttons.items()} == NEXT_STEPS
    assert all(sum(bool(is_main) for is_main, _ in found) <= 1 for found in buttons.values())
    sunny = {name for name, scene in shown.items() if 'class="scene butter"' in scene}
    assert sunny == {"paid", "awaiting", "packed", "ready", "collected"}


def scene_of(page: str) -> str:
    return page[page.index('<div class="scene') : page.index('<div class="wrap receipt-columns"')]


async def test_nothing_is_called_uncharged_before_stripe_has_said_so(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    for name, case in CASES.items():
        page = (await render(shop, case)).casefold()
        is_known = case.order.payment is PaymentState.CANCELLED or name in ("failed", "unpaid")
        assert is_known or "nothing has been charged" not in page, name
        assert case.order.payment is PaymentState.CANCELLED or "nothing charged" not in page, name


async def test_what_came_back_is_the_largest_sum_of_an_order_that_is_over(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    largest = {
        name: re.findall(r'<dd class="total">([^<]+)</dd>', await render(shop, CASES[name]))
        for name in ("paid", "paid-partly-refunded", "refunded", "cancelled-by-us", "cancelled-by-refunds")
    }
    assert largest == {
        "paid": ["S$56.80"],
        "paid-partly-refunded": ["S$56.80"],
        "refunded": ["−S$56.80"],
        "cancelled-by-us": ["−S$56.80"],
        "cancelled-by-refunds": ["S$56.80"],
    }


async def test_a_payment_that_is_checked_leaves_no_sum_to_pay(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    page = await render(shop, CASES["needs-review"])
    assert "To pay" not in page
    assert '<dt class="total">Payment</dt><dd class="total">Being checked</dd>' in page
    assert page.count('class="total"') == 2
    assert "To pay" in await render(shop, CASES["unpaid"])


async def test_the_top_of_an_order_to_collect_says_where_and_when(tmp_path: Path) -> None:
    found = {"SHOP_ADDRESS": "12 Quiet Lane", "SHOP_HOURS": "Monday to Saturday, 9 to 6"}
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db", **found))
    scenes = {name: scene_of(await render(shop, CASES[name])) for name in CASES}
    for words in found.values():
        shown = {name for name, scene in scenes.items() if words in scene}
        assert shown == {"ready", "partly-ready", "packed-collect"}


async def test_a_shopper_whose_books_came_back_has_nothing_to_do(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    assert "send your money back; there is nothing for you to do" in await render(shop, CASES["returned"])


async def test_a_refund_that_failed_is_said_once_and_at_the_top(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    case = CASES["paid-refund-failed"]
    words = "A refund of S$4.00 did not reach you"
    page = await render(shop, case)
    assert words in scene_of(page)
    assert "Thank&nbsp;you" not in page
    assert page.count(words) == 1
    tried_again = await render(shop, case._replace(refunds=[*case.refunds, a_refund(300, ago=timedelta(0))]))
    assert "Thank&nbsp;you" in tried_again


async def test_an_order_with_nothing_left_is_not_withdrawn_from(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    over = {"returned", "refunded", "cancelled-by-us", "cancelled-by-refunds", "cancelled-as-asked"}
    for name in {*over, "paid", "shipped", "collected"}:
        assert ("Withdraw from contract here" in await render(shop, CASES[name])) == (name not in over), name


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("unpaid", "Deliver to"),
        ("needs-review", "Deliver to"),
        ("paid", "Goes to"),
        ("returned", "Sent to"),
        ("refund-pending", ""),
        ("expired", ""),
        ("cancelled-by_shop", ""),
        ("cancelled-by-us", ""),
    ],
)
async def test_only_what_is_sent_has_an_address(tmp_path: Path, name: str, label: str) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    found = re.findall(r"<dt>((?:Deliver|Go|Sent|Kept)\w* (?:to|for))</dt>", await render(shop, CASES[name]))
    assert found == ([label] if label else [])


async def test_steps_that_are_over_are_what_happened(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    for name in ("expired", "cancelled-refused", "returned", "unpaid"):
        heading = "What happens next" if name == "unpaid" else "What happened"
        assert f'id="next-heading">{heading}</h2>' in await render(shop, CASES[name]), name


async def test_money_that_goes_back_has_a_minus(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    assert "<dd>−S$29.80</dd>" in await render(shop, CASES["partly-cancelled"])
    assert "<dd>S$4.00</dd>" in await render(shop, CASES["paid-refund-failed"])


async def test_an_order_that_was_not_paid_lists_what_became_of_it(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    steps = {
        name: re.findall(r"<li[^>]*><b>([^<]+)</b>", await render(shop, CASES[name]))
        for name in ("expired", "cancelled-by_shop", "unpaid", "needs-review")
    }
    assert steps == {
        "expired": ["Order placed", "Kept for you", "Back on the shelf"],
        "cancelled-by_shop": ["Order placed", "Cancelled"],
        "unpaid": ["Order placed", "Payment", "Packing", "On its way"],
        "needs-review": ["Order placed", "Payment", "Packing", "On its way"],
    }


async def test_a_receipt_has_books_to_go_on_from_but_no_cat(tmp_path: Path) -> None:
    shop = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    book = a_book("Persuasion", stock=1)
    page = await render(shop, CASES["expired"]._replace(recommended=[book]))
    assert "On our shelves meanwhile" in page
    assert book.title in page
    for template in (FOLDER / "templates/orders").iterdir():
        assert "_corners" not in template.read_text(), template


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
    size = 0
    for name in ("scene", "orders"):
        styles = await shop.test_client().get(f"/static/css/{name}.css", headers={"Accept-Encoding": "br"})
        assert styles.headers["Content-Encoding"] == "br"
        size += len(bytes(await styles.get_data()))  # type: ignore[arg-type]  # no text was asked for
    assert size <= MAX_STYLE_BYTES
