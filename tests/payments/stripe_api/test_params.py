"""Requests to Stripe carry the order as it is stored, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime

from bookshop.orders.order import Delivery, Order
from bookshop.orders.payment_attempt import (
    FIRST_ATTEMPT,
    HOSTED_PAGE_TIME,
    PaymentMethod,
    next_attempt,
)
from bookshop.payments.gateway import HostedPage
from bookshop.payments.refund import Refund
from bookshop.payments.stripe_api.params import (
    MAX_PRODUCT_NAME_CHARS,
    intent_params,
    order_key,
    payment_metadata,
    refund_params,
    session_params,
)
from tests.builders import AN_ADDRESS, SHOP_ID, a_book, an_order, sgd

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
ORDER = an_order(a_book("Emma", price=1200), a_book("Persuasion", price=900), delivery=Delivery.COLLECT)
DELIVERED = replace(ORDER, delivery=Delivery.DELIVER, address=AN_ADDRESS)
SHIPPING = {
    "name": "A Reader",
    "address": {
        "line1": "8 Example Walk, #03-11",
        "city": "Singapore",
        "postal_code": "098585",
        "country": "SG",
    },
}
PAGE = HostedPage("https://example.com/paid", "https://example.com/back")
METADATA = {
    "order": ORDER.id,
    "shop": SHOP_ID,
    "name": "A Reader",
    "email": "reader@example.com",
    "books": f"{ORDER.lines[0].isbn}×1 {ORDER.lines[1].isbn}×1",
}


def test_a_key_names_the_order_and_the_version_of_its_payment() -> None:
    assert order_key(ORDER) == f"order-{ORDER.id}-1"
    assert order_key(replace(ORDER, attempt=replace(FIRST_ATTEMPT, version=2))) == f"order-{ORDER.id}-2"


def test_an_intent_has_the_orders_total_and_id() -> None:
    expected = {
        "amount": 2100,
        "currency": "sgd",
        "automatic_payment_methods": {"enabled": True},
        "metadata": METADATA,
        "receipt_email": "reader@example.com",
    }
    assert intent_params(ORDER, SHOP_ID, with_receipt=True) == expected
    assert intent_params(DELIVERED, SHOP_ID, with_receipt=True) == {**expected, "shipping": SHIPPING}
    del expected["receipt_email"]
    assert intent_params(ORDER, SHOP_ID, with_receipt=False) == expected


def with_session(order: Order) -> Order:
    return replace(order, attempt=next_attempt(order.attempt, PaymentMethod.HOSTED, NOW))


def test_a_whole_address_has_its_second_line_and_its_state() -> None:
    address = replace(AN_ADDRESS, unit="Apt 3", region="CA")
    params = intent_params(replace(DELIVERED, address=address), SHOP_ID, with_receipt=True)
    sent = params["shipping"]["address"]
    assert sent == {**SHIPPING["address"], "line2": "Apt 3", "state": "CA"}  # type: ignore[dict-item]  # a dict


def test_an_e_mail_address_reaches_stripe_in_ascii() -> None:
    order = replace(ORDER, email="reader@Bücher.example")
    assert intent_params(order, SHOP_ID, with_receipt=True)["receipt_email"] == "reader@xn--bcher-kva.example"
    params = session_params(order, SHOP_ID, PAGE, with_receipt=True)
    assert params["customer_email"] == "reader@xn--bcher-kva.example"
    assert params["payment_intent_data"]["receipt_email"] == "reader@xn--bcher-kva.example"
    assert replace(ORDER, email="o'hara@EXAMPLE.com").ascii_email == "o'hara@EXAMPLE.com"


def a_line_item(name: str, minor: int, quantity: int = 1) -> dict[str, object]:
    price = {"currency": "sgd", "unit_amount": minor, "product_data": {"name": name}}
    return {"quantity": quantity, "price_data": price}


def test_a_session_lists_the_books_and_the_delivery() -> None:
    params = session_params(with_session(DELIVERED), SHOP_ID, PAGE, with_receipt=True)
    assert params == {
        "mode": "payment",
        "line_items": [a_line_item("Emma", 1200), a_line_item("Persuasion", 900)],
        "metadata": METADATA,
        "payment_intent_data": {
            "metadata": METADATA,
            "receipt_email": "reader@example.com",
            "shipping": SHIPPING,
        },
        "customer_email": "reader@example.com",
        "success_url": "https://example.com/paid",
        "cancel_url": "https://example.com/back",
        "expires_at": int((NOW + HOSTED_PAGE_TIME).timestamp()),
    }
    collected = session_params(with_session(ORDER), SHOP_ID, PAGE, with_receipt=False)
    assert collected["payment_intent_data"] == {"metadata": METADATA}


def test_the_lines_of_a_session_are_the_orders_total() -> None:
    line = replace(ORDER.lines[0], quantity=3)
    order = replace(ORDER, lines=(line,), delivery_fee=sgd(400), total=sgd(4000))
    items = session_params(with_session(order), SHOP_ID, PAGE, with_receipt=True)["line_items"]
    assert items == [a_line_item("Emma", 1200, 3), a_line_item("Delivery", 400)]


def test_a_long_title_is_cut() -> None:
    order = replace(ORDER, lines=(replace(ORDER.lines[0], title="x" * 300),))
    assert MAX_PRODUCT_NAME_CHARS == 250
    (item,) = session_params(with_session(order), SHOP_ID, PAGE, with_receipt=True)["line_items"]
    assert item["price_data"]["product_data"]["name"] == "x" * 250


def test_metadata_fit_into_what_stripe_keeps() -> None:
    order = replace(ORDER, name="x" * 900, email=f"{'y' * 900}@example.com", lines=ORDER.lines * 30)
    values = payment_metadata(order, SHOP_ID)
    assert {len(values[name]) for name in ("name", "email")} == {500}
    assert 470 < len(values["books"]) <= 500
    assert values["books"].endswith("×1 …")


def test_a_refund_names_its_order_and_itself() -> None:
    refund = Refund("order-1", "order", sgd(400), "", NOW)
    expected = {"charge": "ch_1", "amount": 400, "metadata": {"order": "order", "refund": "order-1"}}
    assert refund_params("ch_1", refund) == expected
    assert refund_params("ch_1", replace(refund, reason="duplicate")) == {**expected, "reason": "duplicate"}
