"""Events are stored once, with their order, until they are handled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bookshop.database import Database, open_database
from bookshop.orders.attempt_store import begin_next_attempt, set_attempt
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import PaymentAttempt, PaymentMethod
from bookshop.orders.store import add_order
from bookshop.payments.event_store import (
    FIND_EVENTS_ORDER,
    MAX_STRAY_AGE,
    add_event,
    count_failures,
    find_events_order,
    list_strays,
    list_unhandled,
    mark_handled,
    set_events_order,
)
from bookshop.payments.gateway import Event
from tests.builders import A_CHARGE, a_book, an_order, store_book

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
FAILED, DISPUTE = "payment_intent.payment_failed", "charge.dispute.created"


def add(db: Connection, /, **changed: object) -> Order:
    order = replace(an_order(store_book(db, a_book())), **changed)  # type: ignore[arg-type]  # fields of Order
    add_order(db, order)
    return order


def an_event(number: int, kind: str = FAILED, intent_id: str = "pi_1", charge_id: str = "") -> Event:
    return Event(f"evt_{number}", kind, intent_id, "", is_live=False, charge_id=charge_id)


@pytest.mark.parametrize(
    "ids", [{"order_id": "order"}, {"intent_id": "pi_1"}, {"session_id": "cs_1"}, {"charge_id": A_CHARGE.id}]
)
async def test_an_event_finds_its_order_by_any_of_its_ids(database: Database, ids: dict[str, str]) -> None:
    hosted = PaymentAttempt(method=PaymentMethod.HOSTED, intent_id="pi_1", session_id="cs_1")
    await database.write(add, id="order", attempt=hosted, charge=A_CHARGE)
    await database.write(add)
    event = Event(**{"id": "evt", "type": FAILED, "intent_id": "", "order_id": "", "is_live": False, **ids})  # type: ignore[arg-type]  # fields of Event
    assert await database.read(find_events_order, event) == ("order", PaymentState.OPEN)


async def test_an_event_of_an_earlier_attempt_finds_its_order(database: Database) -> None:
    order = await database.write(add, attempt=PaymentAttempt(intent_id="pi_1"))
    await database.write(begin_next_attempt, order.id, order.attempt, PaymentMethod.HOSTED, NOW)
    assert await database.read(find_events_order, an_event(1)) == (order.id, PaymentState.OPEN)


async def test_an_event_without_ids_finds_no_order(database: Database) -> None:
    await database.write(add)
    assert await database.read(find_events_order, an_event(1, intent_id="")) is None
    assert await database.read(find_events_order, an_event(1, intent_id="pi_2", charge_id="ch_2")) is None


async def test_postgresql_finds_the_order_of_an_event_by_indexes(postgres_url: str) -> None:
    def explain(db: Connection) -> list[str]:
        db.exec_driver_sql("SET LOCAL enable_seqscan = off")
        # one plan for all values, as for the shop's statements
        db.exec_driver_sql(f"PREPARE find AS {FIND_EVENTS_ORDER.compile(dialect=db.dialect)}")
        return list(db.exec_driver_sql(f"EXPLAIN EXECUTE find ({values})").scalars())

    values = ", ".join(["''"] * len(FIND_EVENTS_ORDER.compile().params))
    database = open_database(postgres_url)
    plan = "\n".join(await database.write(explain))
    assert "using ix_payment_attempts_session_id" in plan
    assert "Seq Scan" not in plan
    await database.close()


async def test_an_event_is_stored_once(database: Database) -> None:
    assert await database.write(add_event, an_event(1), "", NOW, is_handled=True)
    assert not await database.write(add_event, an_event(1), "", NOW, is_handled=False)
    assert await database.write(add_event, an_event(2), "", NOW, is_handled=False)


async def test_an_orders_events_are_unhandled_until_they_are_marked(database: Database) -> None:
    for number, (order_id, is_handled) in enumerate([("a", False), ("a", False), ("a", True), ("b", False)]):
        await database.write(add_event, an_event(number), order_id, NOW, is_handled=is_handled)
    assert await database.read(list_unhandled, "a") == {"evt_0": FAILED, "evt_1": FAILED}
    await database.write(mark_handled, ["evt_0"], NOW)
    await database.write(mark_handled, [], NOW)
    assert await database.read(list_unhandled, "a") == {"evt_1": FAILED}
    assert await database.read(list_unhandled, "b") == {"evt_3": FAILED}


async def test_failures_of_an_order_are_counted_whatever_the_method(database: Database) -> None:
    events = [(FAILED, "pi_1", "a"), (FAILED, "pi_2", "a"), (FAILED, "pi_3", "b"), (DISPUTE, "pi_1", "a")]
    for number, (kind, intent_id, order_id) in enumerate(events):
        await database.write(add_event, an_event(number, kind, intent_id), order_id, NOW, is_handled=False)
    assert await database.read(count_failures, "a") == 2


async def test_an_event_that_came_before_its_intent_was_known_is_found_later(database: Database) -> None:
    hosted = PaymentAttempt(method=PaymentMethod.HOSTED, session_id="cs_1")
    order = await database.write(add, attempt=hosted)
    await database.write(add_event, an_event(1, DISPUTE), "", NOW, is_handled=False)
    await database.write(add_event, an_event(2, DISPUTE), "", NOW, is_handled=True)
    await database.write(add_event, an_event(3, DISPUTE, "pi_2"), "", NOW, is_handled=False)
    await database.write(add_event, an_event(4, DISPUTE, "", ""), "", NOW, is_handled=False)
    assert await database.read(list_strays, NOW) == {}
    await database.write(set_attempt, order.id, replace(hosted, intent_id="pi_1"))
    assert await database.read(list_strays, NOW) == {"evt_1": order.id}
    await database.write(set_events_order, "evt_1", order.id)
    assert await database.read(list_strays, NOW) == {}
    assert await database.read(list_unhandled, order.id) == {"evt_1": DISPUTE}


async def test_an_event_that_came_before_its_charge_was_known_is_found_later(database: Database) -> None:
    await database.write(add_event, an_event(1, DISPUTE, "", A_CHARGE.id), "", NOW, is_handled=False)
    assert await database.read(list_strays, NOW) == {}
    order = await database.write(add, charge=A_CHARGE)
    assert await database.read(list_strays, NOW) == {"evt_1": order.id}


@pytest.mark.parametrize("ids", [("pi_1", ""), ("", A_CHARGE.id)], ids=["intent", "charge"])
async def test_an_event_without_an_order_is_not_looked_for_for_ever(
    database: Database, ids: tuple[str, str]
) -> None:
    await database.write(add_event, an_event(1, DISPUTE, *ids), "", NOW, is_handled=False)
    order = await database.write(add, attempt=PaymentAttempt(intent_id="pi_1"), charge=A_CHARGE)
    end = NOW + MAX_STRAY_AGE
    assert await database.read(list_strays, end - timedelta(seconds=1)) == {"evt_1": order.id}
    assert await database.read(list_strays, end) == {}
