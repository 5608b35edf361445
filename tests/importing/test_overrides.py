from pathlib import Path

import pytest
from sqlalchemy import select

from bookshop.database import Database
from bookshop.importing.overrides import InvalidOverride, override_book, remove_override
from bookshop.schema import overrides
from tests.builders import a_book, store_book
from tests.importing.feeds import ISBN, NOW, OTHER, a_feed
from tests.importing.shop import MARKET, take, the_book
from tests.onix.messages import (
    descriptive,
    detail,
    price,
    supply,
)


async def test_an_override_replaces_every_imported_value(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed(descriptive(title="Theirs"), supply(detail(price("12.00")))))
    await database.write(override_book, ISBN, "title", "Ours", MARKET, NOW)
    await database.write(override_book, ISBN, "price_minor", "990", MARKET, NOW)
    later = a_feed(descriptive(title="Theirs again"), supply(detail(price("14.00"))), sent_at="20261102")
    await take(database, tmp_path, later)
    book = await database.read(the_book, ISBN)
    assert (book.title, book.price.minor) == ("Ours", 990)
    assert await database.write(remove_override, ISBN, "title", MARKET, NOW)
    assert not await database.write(remove_override, ISBN, "title", MARKET, NOW)
    assert (await database.read(the_book, ISBN)).title == "Theirs again"


async def test_a_book_without_records_is_overridden_in_place(database: Database, tmp_path: Path) -> None:
    await database.write(store_book, a_book(isbn=ISBN))
    await database.write(override_book, ISBN, "title", "Ours", MARKET, NOW)
    book = await database.read(the_book, ISBN)
    assert (book.title, book.byline, len(book.contributors)) == ("Ours", "George Eliot", 1)
    await take(database, tmp_path, a_feed(descriptive(title="Theirs")))
    assert (await database.read(the_book, ISBN)).title == "Ours"


@pytest.mark.parametrize(("field", "value"), [("isbn", "1"), ("price_minor", "-1"), ("category", "nowhere")])
async def test_an_invalid_override_is_not_stored(database: Database, field: str, value: str) -> None:
    await database.write(store_book, a_book(isbn=ISBN))
    with pytest.raises(InvalidOverride):
        await database.write(override_book, ISBN, field, value, MARKET, NOW)
    with pytest.raises(InvalidOverride):
        await database.write(override_book, OTHER, "title", "x", MARKET, NOW)
    assert await database.read(lambda db: db.execute(select(overrides)).all()) == []
