"""A draft freezes the basket at today's prices, with the details as they were typed."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bookshop.addresses.address import Address
from bookshop.basket.basket import BasketLine, Quote
from bookshop.catalogue.book import Book
from bookshop.checkout.details import CheckoutDetails
from bookshop.checkout.draft_order import draft_order, new_token
from bookshop.orders.order import Delivery, PaymentState
from bookshop.orders.reservation import TIME_TO_BEGIN
from bookshop.trade.availability import AvailabilityKind, Supply
from tests.builders import a_book, sgd

RESERVATION = timedelta(minutes=30)
COLLECTED = CheckoutDetails(email="reader@example.com", name="Ada Reader", delivery="collect")
DELIVERED = replace(
    COLLECTED, delivery="deliver", street="8 Example Walk", city="Singapore", postcode="098585", country="SG"
)


def a_quote(*books: Book, quantity: int = 2) -> Quote:
    return Quote(tuple(BasketLine(book, quantity) for book in books), sgd(400))


def test_a_delivered_order_pays_the_fee() -> None:
    order = draft_order(a_quote(a_book(price=1000)), DELIVERED, "token", RESERVATION)
    assert (order.delivery_fee, order.total, order.subtotal) == (sgd(400), sgd(2400), sgd(2000))
    assert order.address == Address("8 Example Walk", "Singapore", "098585", "SG")
    assert (order.delivery, order.email, order.name) == (Delivery.DELIVER, "reader@example.com", "Ada Reader")


def test_a_collected_order_pays_no_fee_and_has_no_address() -> None:
    order = draft_order(a_quote(a_book(price=1000)), COLLECTED, "token", RESERVATION)
    assert (order.delivery_fee, order.total, order.address) == (sgd(0), sgd(2000), None)
    assert order.delivery is Delivery.COLLECT


def test_a_draft_is_open_and_due_when_its_reservation_ends() -> None:
    before = datetime.now(UTC)
    order = draft_order(a_quote(a_book()), COLLECTED, "token", RESERVATION)
    assert before <= order.placed_at <= datetime.now(UTC)
    assert order.due_at == order.placed_at + TIME_TO_BEGIN
    assert (order.token, order.payment, order.number, order.attempt.intent_id) == (
        "token",
        PaymentState.OPEN,
        None,
        "",
    )


def test_a_line_promises_days_only_for_copies_that_are_not_on_the_shelf() -> None:
    on_shelf, ordered = a_book(stock=2), a_book(stock=1, supply=Supply("21", lead_days=5))
    order = draft_order(a_quote(on_shelf, ordered), COLLECTED, "token", RESERVATION)
    shelf, mixed = order.lines
    assert (shelf.kind, shelf.to_order, shelf.days) == (AvailabilityKind.SHELF, 0, None)
    assert (mixed.kind, mixed.to_order, mixed.days) == (AvailabilityKind.ORDER, 1, 5)
    assert (mixed.isbn, mixed.title, mixed.byline) == (ordered.isbn, ordered.title, ordered.byline)
    assert (mixed.quantity, mixed.price) == (2, ordered.price)


def test_ids_and_tokens_are_random_and_of_one_length() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch(r"[\w-]{22}", token, re.ASCII) for token in tokens)
    ids = {draft_order(a_quote(a_book()), COLLECTED, "token", RESERVATION).id for _ in range(9)}
    assert {len(order_id) for order_id in ids} == {32}
    assert len(ids) == 9
