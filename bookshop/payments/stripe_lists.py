"""Stripe's lists in a temporary file, so that long ones are compared in little memory."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bookshop.money import Money
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.charge_history import ChangeKind, ChargeChange, ChargeHistory, gather_history

SCHEMA = """
CREATE TABLE payments (intent_id, status, minor, received, currency, order_id, shop_id);
CREATE TABLE changes (charge_id, kind, id, detail, minor, currency);
CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX changes_charge ON changes (charge_id);
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
"""
BATCH = 500


class StripeLists:
    """What Stripe has listed; the file has no name and is gone when it is closed."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(SCHEMA)

    def close(self) -> None:
        self._file.close()

    def add_payment(self, update: PaymentUpdate) -> None:
        amount, received = update.amount, update.received
        self._file.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                update.intent_id,
                update.status,
                amount.minor,
                received.minor,
                amount.currency,
                update.order_id,
                update.shop_id,
            ),
        )

    def add_change(self, change: ChargeChange) -> None:
        minor, currency = (change.amount.minor, change.amount.currency) if change.amount else (None, "")
        self._file.execute(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
            (change.charge_id, change.kind, change.id, change.detail, minor, currency),
        )

    def find_payments(self, order_ids: Sequence[str]) -> list[PaymentUpdate]:
        """Return the payments of these orders, in the order of the list."""
        rows = self._file.execute(
            f"SELECT * FROM payments WHERE order_id IN ({marks(order_ids)}) ORDER BY rowid",  # noqa: S608 - question marks
            order_ids,
        )
        return [read_payment(row) for row in rows]

    def find_histories(self, charge_ids: Sequence[str]) -> dict[str, ChargeHistory]:
        """Return what happened to these charges; those of which nothing is listed are left out."""
        rows = self._file.execute(
            f"SELECT * FROM changes WHERE charge_id IN ({marks(charge_ids)}) ORDER BY rowid",  # noqa: S608 - question marks
            charge_ids,
        )
        found: defaultdict[str, list[ChargeChange]] = defaultdict(list)
        for charge_id, kind, id_, detail, minor, currency in rows:
            amount = None if minor is None else Money(minor, currency)
            found[charge_id].append(ChargeChange(charge_id, ChangeKind(kind), id_, detail, amount))
        return {charge_id: gather_history(changes) for charge_id, changes in found.items()}

    def list_payments(self, shop_id: str) -> Iterator[list[PaymentUpdate]]:
        """Yield all payments of a shop, a batch at a time."""
        rows = self._file.execute("SELECT * FROM payments WHERE shop_id = ? ORDER BY rowid", (shop_id,))
        while batch := rows.fetchmany(BATCH):
            yield [read_payment(row) for row in batch]


def marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def read_payment(row: tuple[str, str, int, int, str, str, str]) -> PaymentUpdate:
    intent_id, status, minor, received, currency, order_id, shop_id = row
    return PaymentUpdate(
        intent_id, status, Money(minor, currency), Money(received, currency), order_id, shop_id=shop_id
    )
