"""A till's export sets stock to what was counted, and reserved copies stay reserved."""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from bookshop.catalogue.stock import (
    OutOfStock,
    find_available,
    pack_stock,
    release_stock,
    reserve_stock,
    sell_stock,
)
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.importing.import_stock import StockBatchResult, StockReport, apply_counts, import_stock_file
from bookshop.importing.rules.stock_rows import StockCount
from bookshop.onix.input_file import InputFile
from bookshop.schema import stock, stock_movements
from bookshop.search.facet import Facet
from bookshop.search.find_books import find_typed_isbn, list_by_facet
from bookshop.search.index_sync import sync_index
from tests.audit import audit
from tests.builders import a_book, an_isbn, an_order, break_book, store_book
from tests.importing.feeds import a_feed
from tests.importing.shop import MARKET, counts_of, take, the_book
from tests.onix.messages import descriptive, detail, price, supply


async def count(database: Database, folder: Path, text: str, written: int = 1_780_000_000) -> StockReport:
    """Import a till export that was written at this Unix time."""
    path = folder / "till.csv"
    path.write_text(text)
    os.utime(path, (written, written))
    return await import_stock_file(database, InputFile(path), MARKET)


def stock_of(db: Connection, isbn: str) -> tuple[int, int]:
    row = db.execute(select(stock.c.on_hand, stock.c.reserved).where(stock.c.isbn == isbn)).one()
    return row.on_hand, row.reserved


def counted_movements(db: Connection, isbn: str) -> list[int]:
    """Return the quantities of a book's movements by counts."""
    moved = select(stock_movements.c.quantity).where(
        stock_movements.c.isbn == isbn, stock_movements.c.kind == "counted"
    )
    return list(db.execute(moved).scalars())


async def test_a_count_is_absolute_and_every_change_a_movement(database: Database, tmp_path: Path) -> None:
    more, fewer, same, first = [await database.write(store_book, a_book(stock=n)) for n in (1, 5, 3, 0)]
    rows = [(more, 4), (fewer, 2), (same, 3), (first, 7)]
    report = await count(
        database, tmp_path, "isbn,quantity\n" + "".join(f"{book.isbn},{n}\n" for book, n in rows)
    )
    assert (report.counted, report.moved, report.problem) == (4, 3, "")
    for (book, quantity), moves in zip(rows, ([3], [-3], [], [7]), strict=True):
        assert await database.read(stock_of, book.isbn) == (quantity, 0)
        assert await database.read(counted_movements, book.isbn) == moves
    assert await database.read(audit) == ()
    on_shelf = await database.read(list_by_facet, Facet.AVAILABILITY, "shelf", 24)
    assert len(on_shelf.ranks) == 4


async def test_books_of_short_words_are_imported_counted_and_sold(database: Database, tmp_path: Path) -> None:
    titles = ("It", "1984", "我", "😀", "…", "A & B")
    isbns = [an_isbn() for _ in titles]
    rows = "".join(f"{isbn},{title},1,9.00\n" for isbn, title in zip(isbns, titles, strict=True))
    report = await take(database, tmp_path, f"isbn,title,stock,price\n{rows}".encode(), "books.csv")
    assert (counts_of(report), report.refused) == ({"new": len(titles)}, [])
    assert report.stock
    assert report.stock.moved == len(titles)
    await count(database, tmp_path, "".join(f"{isbn},0\n" for isbn in isbns[:3]))
    for isbn in isbns[3:]:
        await database.write(reserve_stock, {isbn: 1}, "an order")
    assert await sync_index(database) == 3
    gone = await database.read(list_by_facet, Facet.AVAILABILITY, "none", 24)
    assert len(gone.ranks) == len(titles)


async def test_a_book_that_cannot_be_counted_is_refused_and_the_rest_counted(
    database: Database, tmp_path: Path
) -> None:
    shown = [await database.write(store_book, a_book(stock=0)) for _ in range(5)]
    await database.write(break_book, shown[2].isbn)
    report = await count(database, tmp_path, "".join(f"{book.isbn},4\n" for book in shown))
    assert [await database.read(find_available, book.isbn) for book in shown] == [4, 4, 0, 4, 4]
    assert (report.counted, [one.reference for one in report.refused]) == (4, [shown[2].isbn])
    assert await database.read(audit) == ()


async def test_the_same_file_again_moves_nothing_even_after_sales(database: Database, tmp_path: Path) -> None:
    a, b = [await database.write(store_book, a_book(stock=3)) for _ in range(2)]
    text = f"{a.isbn};5\n{b.isbn};3\n"
    await count(database, tmp_path, text)
    for book in (a, b):
        await database.write(reserve_and_add, an_order(book))
        await database.write(sell_one, book.isbn)
    report = await count(database, tmp_path, text)
    assert (report.counted, report.moved, report.taken_before) == (0, 0, 2)
    assert await database.read(stock_of, a.isbn) == (4, 1)
    assert await database.read(stock_of, b.isbn) == (2, 1)
    tomorrow = await count(database, tmp_path, text, 1_780_100_000)
    assert (tomorrow.counted, tomorrow.moved) == (2, 2)
    assert await database.read(stock_of, a.isbn) == (5, 1)


async def test_rows_that_were_counted_without_the_rest_of_their_batch_are_not_counted_again(
    database: Database,
) -> None:
    a, b = [await database.write(store_book, a_book(stock=3)) for _ in range(2)]
    rows = [(1, StockCount(a.isbn, 3, 0)), (2, StockCount(b.isbn, 4, 0))]

    def apply(db: Connection, count: int) -> StockBatchResult:
        return apply_counts(db, "till", rows[:count], MARKET, datetime.now(UTC))

    await database.write(apply, 1)
    await database.write(sell_one, a.isbn)
    result = await database.write(apply, 2)
    assert (result.taken_before, len(result.counted)) == (1, 1)
    assert await database.read(stock_of, a.isbn) == (2, 0)
    assert await database.read(stock_of, b.isbn) == (4, 0)


def sell_one(db: Connection, isbn: str) -> None:
    reserve_stock(db, {isbn: 1}, "till")
    sell_stock(db, {isbn: 1}, "till")
    pack_stock(db, {isbn: 1}, "till", "till:1")


async def test_reserved_copies_stay_reserved(database: Database, tmp_path: Path) -> None:
    book = await database.write(store_book, a_book(stock=3))
    for _ in range(2):
        await database.write(reserve_and_add, an_order(book))
    report = await count(database, tmp_path, f"{book.isbn},1")
    assert [(one.isbn, one.short) for one in report.short] == [(book.isbn, 1)]
    assert await database.read(stock_of, book.isbn) == (2, 2)
    assert await database.read(audit) == ()


async def test_a_price_goes_over_what_is_imported(database: Database, tmp_path: Path) -> None:
    isbn = "9780306406157"
    await take(database, tmp_path, a_feed(descriptive(), supply(detail(price("12.00"))), isbn=isbn))
    report = await count(database, tmp_path, f"ISBN\tQty\tPrice\n{isbn}\t2\t9.90\n")
    assert (report.priced, report.moved) == (1, 1)
    later = a_feed(descriptive(), supply(detail(price("14.00"))), isbn=isbn, sent_at="20261102")
    await take(database, tmp_path, later)
    book = await database.read(the_book, isbn)
    assert (book.price.minor, book.available) == (990, 2)
    assert (await count(database, tmp_path, f"{isbn},2,9.90", 1_780_100_000)).priced == 0


async def test_rows_that_cannot_be_counted_are_reported(database: Database, tmp_path: Path) -> None:
    book = await database.write(store_book, a_book(stock=3))
    text = f"{book.isbn},-2\n9780000000002,1\n123,1\n{book.isbn},4\n9780306406157,few\n"
    report = await count(database, tmp_path, text)
    assert report.unknown == ["9780000000002"]
    assert [(one.position, one.line, one.reason) for one in report.refused] == [
        (3, 3, "123 is not a valid ISBN. Check its length and its digits."),
        (4, 4, "The book is in an earlier row too."),
        (5, 5, "'few' is not a valid number of copies."),
    ]
    assert await database.read(stock_of, book.isbn) == (0, 0)


async def test_other_files_are_refused(database: Database, tmp_path: Path) -> None:
    report = await count(database, tmp_path, "title,quantity\nx,1\n")
    assert report.problem.startswith(
        "The file has no column for the ISBN. Its columns are: title, quantity. "
    )
    assert (await count(database, tmp_path, "<html></html>")).problem.startswith("The file is an HTML page")


async def test_a_list_of_books_may_set_stock_too(database: Database, tmp_path: Path) -> None:
    text = b"isbn,title,price,stock\n9780306406157,Adam Bede,12.00,4\n9780140449136,Romola,13.00,\n"
    report = await take(database, tmp_path, text, "list.csv")
    assert counts_of(report) == {"new": 2}
    assert report.stock is not None
    assert (report.stock.counted, report.stock.moved) == (1, 1)
    book = await database.read(the_book, "9780306406157")
    assert (book.available, book.price.minor) == (4, 1200)
    assert (await database.read(the_book, "9780140449136")).available == 0
    again = await take(database, tmp_path, text, "list.csv")
    assert counts_of(again) == {"unchanged": 2}
    assert again.stock is not None
    assert again.stock.counted == 0
    assert await database.read(find_typed_isbn, "9780306406157")


def pack(db: Connection, quantities: dict[str, int], order_id: str) -> None:
    sell_stock(db, quantities, order_id)
    pack_stock(db, quantities, order_id, f"{order_id}:1")


async def test_a_count_while_shoppers_buy_leaves_reserved_copies_alone(
    database: Database, tmp_path: Path
) -> None:
    books = [await database.write(store_book, a_book(stock=5)) for _ in range(20)]

    async def shop(number: int) -> None:
        for turn in range(6):
            chosen = {books[(number * 7 + turn * 3 + k) % 20].isbn: 1 for k in range(3)}
            try:
                await database.write(reserve_stock, chosen, f"{number}-{turn}")
            except OutOfStock:
                continue
            await database.write(pack if turn % 2 else release_stock, chosen, f"{number}-{turn}")

    async def till() -> None:
        for day in range(8):
            rows = "".join(f"{book.isbn},{day % 3}\n" for book in books)
            report = await count(database, tmp_path, rows, 1_780_000_000 + day * 100_000)
            assert report.counted == 20

    await asyncio.gather(till(), *(shop(number) for number in range(4)))
    violations = await database.read(audit)
    # there are no orders behind these movements
    wrong = [one for one in violations if one.rule not in ("movements", "packed_copies")]
    assert wrong == []
