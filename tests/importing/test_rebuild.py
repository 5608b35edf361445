from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bookshop.catalogue.book_store import list_books_to_rebuild
from bookshop.covers.store import list_cover_links, record_download, set_cover
from bookshop.database import Database
from bookshop.importing.rebuild import rebuild_due
from bookshop.importing.scheduler import rebuild_all_due
from tests.builders import a_book, an_isbn, store_book
from tests.importing.feeds import ISBN, NOW, a_feed, listed_on
from tests.importing.shop import MARKET, run_sql, take, the_book
from tests.onix.messages import (
    COVER,
    a_cover,
    a_date,
    a_message,
    a_rich_product,
    collateral,
    content_date,
    descriptive,
    detail,
    isbn_of,
    price,
    publishing,
    supply,
)


async def test_a_book_is_new_since_its_publication_or_first_import(
    database: Database, tmp_path: Path
) -> None:
    today = datetime.now(MARKET.zone).date()
    for day, expected in (("20210304", date(2021, 3, 4)), ("2021", today), ("20990101", today), ("", today)):
        isbn = an_isbn()
        parts = [descriptive(), *([publishing(a_date("PublishingDate", "01", day))] if day else [])]
        await take(database, tmp_path, a_feed(*parts, isbn=isbn, reference=isbn))
        assert await database.read(listed_on, isbn) == expected
    await database.write(run_sql, "UPDATE books SET listed_on = '2020-01-01'")
    changed = a_feed(descriptive(title="New"), isbn=isbn, reference=isbn, sent_at="20261102")
    await take(database, tmp_path, changed)
    assert await database.read(listed_on, isbn) == date(2020, 1, 1)


async def test_imports_leave_stock_and_cover_alone(database: Database, tmp_path: Path) -> None:
    book = await database.write(store_book, a_book(stock=3, isbn=ISBN, cover_version="abc", cover_width=9))
    await take(database, tmp_path, a_feed(descriptive(title="Changed")))
    found = await database.read(the_book, ISBN)
    assert (found.title, found.available, found.cover_version, found.cover_width) == ("Changed", 3, "abc", 9)
    assert book.title != found.title


async def test_a_book_changes_on_its_day_without_a_message(database: Database, tmp_path: Path) -> None:
    dates = a_date("PriceDate", "14", "20261226")
    prices = price("12.00") + price("15.00", more=dates)
    await take(database, tmp_path, a_feed(descriptive(), supply(detail(prices))))
    assert (await database.read(the_book, ISBN)).price.minor == 1200
    day = NOW + timedelta(days=31)
    due = [await database.read(list_books_to_rebuild, one.date(), 10) for one in (NOW, day)]
    assert due == [[], [ISBN]]
    assert await database.write(rebuild_due, [ISBN], MARKET, day) == 1
    assert await database.read(list_books_to_rebuild, day.date(), 10) == []
    assert (await database.read(the_book, ISBN)).price.minor == 1500


@pytest.mark.parametrize("embargo", ["until its day", "by an update", "to another picture"])
async def test_a_cover_from_a_feed_goes_when_it_may_not_be_shown(
    database: Database, tmp_path: Path, embargo: str
) -> None:
    until, later = content_date("15", "20261231"), content_date("14", "20270601")
    await take(database, tmp_path, a_feed(descriptive(), collateral(a_cover(until))))
    (link,) = await database.read(list_cover_links, "", 10)
    await database.write(record_download, link, "abc", "", "")
    await database.write(set_cover, ISBN, "abc", 9, 9)
    if embargo == "until its day":
        assert await database.read(list_books_to_rebuild, date(2026, 12, 31), 10) == []
        assert await database.read(list_books_to_rebuild, date(2027, 1, 1), 10) == [ISBN]
        await database.write(rebuild_due, [ISBN], MARKET, NOW + timedelta(days=37))
        links: list[str] = []
    elif embargo == "by an update":
        update = collateral(a_cover(later))
        await take(database, tmp_path, a_feed(update, sent_at="20261102", notification="04"))
        links = []
    else:
        other = a_cover().replace(COVER, "https://example.com/2.jpg")
        await take(
            database,
            tmp_path,
            a_feed(collateral(a_cover(later), other), sent_at="20261102", notification="04"),
        )
        links = ["https://example.com/2.jpg"]
    assert (await database.read(the_book, ISBN)).cover_version == ""
    assert [one.url for one in await database.read(list_cover_links, "", 10)] == links


async def test_a_cover_comes_on_its_day_and_leaves_the_shops_own_alone(
    database: Database, tmp_path: Path
) -> None:
    await take(database, tmp_path, a_feed(descriptive(), collateral(a_cover(content_date("14", "20261231")))))
    assert await database.read(list_cover_links, "", 10) == []
    await database.write(rebuild_due, [ISBN], MARKET, NOW + timedelta(days=36))
    (link,) = await database.read(list_cover_links, "", 10)
    await database.write(record_download, link, "abc", "", "")
    await database.write(set_cover, ISBN, "own", 9, 9)
    moved = collateral(a_cover().replace(COVER, "https://example.com/2.jpg"))
    for update in (moved, collateral()):
        await take(database, tmp_path, a_feed(update, sent_at="20261102", notification="04"))
        assert (await database.read(the_book, ISBN)).cover_version == "own"
    assert await database.read(list_cover_links, "", 10) == []


async def test_overdue_books_are_rebuilt(database: Database, tmp_path: Path) -> None:
    content = a_message(*map(a_rich_product, range(1, 4)))
    await take(database, tmp_path, content)
    assert await rebuild_all_due(database, MARKET) == 0
    await database.write(run_sql, "UPDATE books SET changes_on = '2020-01-01', price_minor = 1")
    assert await rebuild_all_due(database, MARKET) == 3
    assert (await database.read(the_book, isbn_of(1))).price.minor == 1690


async def test_a_book_that_cannot_be_rebuilt_waits_for_the_next_day(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await take(database, tmp_path, a_message(*map(a_rich_product, range(1, 4))))
    await database.write(run_sql, "UPDATE books SET changes_on = '2020-01-01', price_minor = 1")
    # its record has no content any more
    await database.write(run_sql, "UPDATE records SET blocks = '[' WHERE isbn = :isbn", isbn=isbn_of(2))
    assert await rebuild_all_due(database, MARKET) == 2
    prices = [(await database.read(the_book, isbn_of(number))).price.minor for number in range(1, 4)]
    assert prices == [1690, 1, 1890]
    assert [record.args for record in caplog.records] == [(isbn_of(2),)]
    tomorrow = datetime.now(MARKET.zone).date() + timedelta(days=1)
    assert (await database.read(the_book, isbn_of(2))).changes_on == tomorrow


async def test_a_file_again_on_a_day_of_change_changes_the_book(database: Database, tmp_path: Path) -> None:
    await take(database, tmp_path, a_feed(descriptive(), supply(detail(price("12.00")))))
    await database.write(run_sql, "UPDATE books SET changes_on = '2020-01-01', price_minor = 1")
    await take(database, tmp_path, a_feed(descriptive(), supply(detail(price("12.00")))))
    assert (await database.read(the_book, ISBN)).price.minor == 1200
