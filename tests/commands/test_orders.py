"""`bookshop orders`."""

import json
from datetime import timedelta

import pytest

from bookshop.checkout.place_order import reserve_and_add
from bookshop.orders.order import Delivery, OrderLine
from bookshop.orders.refund import Refund, RefundStatus
from bookshop.payments.refund_store import add_refund
from bookshop.trade.availability import AvailabilityKind
from tests.builders import AN_ADDRESS, a_book, an_order, sgd, store_book
from tests.commands.shop import NOON, CommandShop


async def test_a_long_name_leaves_the_other_columns_in_sight(shop: CommandShop) -> None:
    order = await shop.place(name="x" * 200)
    assert f"S$18.90  -      {'x' * 29}…  {order.id}" in shop.run("orders").stdout


async def test_orders_are_listed_newest_first_without_private_data(shop: CommandShop) -> None:
    oldest, middle, newest = [
        await shop.place(placed_at=NOON + timedelta(days=n), intent_id=f"pi_{n}", name=f"Reader {n}\033[2J")
        for n in range(3)
    ]
    await shop.apply_update(oldest)
    await shop.apply_update(middle, "canceled")
    done = shop.run("orders")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"NUMBER  PLACED            STATE      TOTAL    BOOKS    {'NAME':12}  {'ID':32}  NOTE",
        f"-       2026-11-25 20:00  open       S$18.90  -        Reader 2?[2J  {newest.id}",
        f"-       2026-11-24 20:00  cancelled  S$18.90  -        Reader 1?[2J  {middle.id}",
        f"1001    2026-11-23 20:00  paid       S$18.90  to pack  Reader 0?[2J  {oldest.id}",
    ]
    assert newest.email not in done.stdout
    assert newest.token not in done.stdout
    listed = shop.read("orders", "--limit", "2")
    assert [one["id"] for one in listed] == [newest.id, middle.id]
    assert listed[0] == {
        "id": newest.id,
        "number": None,
        "placed_at": "2026-11-25T12:00:00+00:00",
        "state": "open",
        "total_minor": 1890,
        "currency": "SGD",
        "refunded_minor": 0,
        "dispute": "",
        "fraud_warning": "",
        "name": newest.name,
        "label": "",
    }
    await shop.execute(f"UPDATE orders SET review_reason = 'amount' WHERE id = '{newest.id}'")  # noqa: S608 - an id of ours
    await shop.execute(f"UPDATE orders SET dispute = 'needs_response' WHERE id = '{oldest.id}'")  # noqa: S608 - an id of ours
    refund = Refund("re_1", oldest.id, sgd(400), "", NOON, RefundStatus.SUCCEEDED, "re_1")
    await shop.database.write(add_refund, refund)
    first = shop.run("orders").stdout.splitlines()[3]
    assert first.startswith("1001    2026-11-23 20:00  partly_refunded  S$18.90")
    assert first.endswith(f"{oldest.id}  refunded S$4.00, dispute needs_response")
    for state, order in (("partly_refunded", oldest), ("cancelled", middle), ("needs_review", newest)):
        assert [one["id"] for one in shop.read("orders", "--state", state)] == [order.id]
    for state in ("open", "processing", "paid", "refunded"):
        assert shop.read("orders", "--state", state) == []


async def test_one_order_is_shown_by_number_or_id(shop: CommandShop) -> None:
    placed = await shop.place(
        intent_id="pi_1",
        delivery=Delivery.DELIVER,
        address=AN_ADDRESS,
        delivery_fee=sgd(400),
        total=sgd(2290),
        placed_at=NOON,
    )
    await shop.apply_update(placed)
    by_number, by_id = shop.run("orders", "1001"), shop.run("orders", placed.id)
    assert by_number.returncode == 0
    assert by_number.stdout == by_id.stdout
    for words in (
        "number    1001",
        "placed    2026-11-23 20:00",
        f"address   {AN_ADDRESS.street}, SINGAPORE 098585, SG",
        "intent    pi_1 succeeded",
        "charge    ch_1 card visa 4242",
        f"1       {placed.lines[0].isbn}  S$18.90  S$18.90  -       Middlemarch",
        f"reserved  1       {placed.lines[0].isbn}",
        f"paid      1       {placed.lines[0].isbn}",
    ):
        assert words in by_number.stdout
    assert placed.token not in by_number.stdout
    shown = shop.read("orders", "1001")
    assert (shown["id"], shown["total_minor"], shown["charge_id"]) == (placed.id, 2290, "ch_1")
    assert [(move["kind"], move["quantity"]) for move in shown["movements"]] == [("reserved", 1), ("paid", 1)]
    assert placed.token not in json.dumps(shown)


@pytest.mark.parametrize(
    ("kind", "to_order", "words"),
    [
        (AvailabilityKind.ORDER, 2, "order in 2"),
        (AvailabilityKind.PREORDER, 3, "pre-order, not before 2026-11-23"),
    ],
)
async def test_an_order_shows_what_must_be_ordered_in_or_waits(
    shop: CommandShop, kind: AvailabilityKind, to_order: int, words: str
) -> None:
    book = await shop.database.write(store_book, a_book(stock=3, price=630))
    line = OrderLine(book.isbn, book.title, "", 3, book.price, kind, to_order, 5, NOON)
    placed = await shop.database.write(reserve_and_add, an_order(lines=(line,), total=sgd(1890)))
    assert words in shop.run("orders", placed.id).stdout
    shown = shop.read("orders", placed.id)
    assert [(one["kind"], one["to_order"]) for one in shown["lines"]] == [(kind, to_order)]
    assert sum(move["quantity"] for move in shown["movements"]) == 3 - to_order
