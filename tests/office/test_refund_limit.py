"""Owners decide up to which amount sellers may refund."""

import pytest

from bookshop.database import Database
from bookshop.money import Money
from bookshop.office.refund_limit import find_refund_limit, set_refund_limit


@pytest.mark.parametrize(("currency", "minor"), [("SGD", 100_00), ("JPY", 100)])
async def test_the_limit_is_a_hundred_until_it_is_set(database: Database, currency: str, minor: int) -> None:
    assert await database.read(find_refund_limit, currency) == Money(minor, currency)


async def test_the_last_limit_counts(database: Database) -> None:
    for amount in ("250.00", "80.50"):
        await database.write(set_refund_limit, amount)
    assert await database.read(find_refund_limit, "SGD") == Money(80_50, "SGD")
