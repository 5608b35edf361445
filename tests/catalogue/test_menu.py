"""The menu lists only what the shop has, and costs no statement of its own."""

import asyncio
import logging
import re
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.catalogue.display_store import add_display
from bookshop.catalogue.menu import Menu, refresh_menu, run_menu
from bookshop.database import Database, open_database
from tests.builders import a_book, store_book
from tests.shopper import Shopper

MANY = ["New", "Staff picks", "Subjects"]


def fill(db: Connection) -> None:
    """Store three books, two of them picked, and a picked one that is no longer listed."""
    listed = [store_book(db, a_book()) for _ in range(3)]
    gone = store_book(db, a_book(is_listed=False))
    add_display(db, "picks", [(book.isbn, "Read it.", "Mei") for book in (*listed[:2], gone)])
    add_display(db, "window", [(listed[2].isbn, "", "")])


async def test_books_and_picks_are_counted_but_not_those_that_are_not_listed(database: Database) -> None:
    await database.write(fill)
    menu = Menu()
    await refresh_menu(database, menu)
    assert menu == Menu(books=3, picks=2)


@pytest.mark.parametrize(
    ("books", "picks", "links"),
    [
        (0, 0, []),
        (1, 0, ["Our first book"]),
        (2, 0, ["Both books"]),
        (5, 1, ["Staff pick", "All 5 books"]),
        (20, 2, ["New", "Staff picks", "All 20 books"]),
        (20_000, 0, ["New", "Subjects"]),
    ],
)
async def test_the_menu_lists_only_what_there_is(
    shop: Shop, shopper: Shopper, books: int, picks: int, links: list[str]
) -> None:
    menu = shop.jinja_env.globals["menu"]
    assert isinstance(menu, Menu)
    menu.books, menu.picks = books, picks
    found = await list_menu(shopper)
    assert [link for link in found if link not in ("Ask for a book", "Visit us")] == links
    assert ("Ask for a book" in found) == (books < 7)


async def list_menu(shopper: Shopper) -> list[str]:
    page = await shopper.read("/basket")
    menu = page[page.index('aria-label="Shop"') : page.index("</nav>")]
    return re.findall(r">([^<\n]+)</a>", menu)


async def test_a_shop_of_which_nothing_is_known_yet_has_the_whole_menu(shopper: Shopper) -> None:
    assert (await list_menu(shopper))[:3] == MANY


async def test_the_page_that_is_open_is_marked_in_the_menu(shopper: Shopper) -> None:
    assert 'href="/new" aria-current="page"' in await shopper.read("/new")
    assert "aria-current" not in await shopper.read("/basket")


async def test_the_menu_stays_as_it_was_while_the_database_is_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    menu, failed = Menu(1, 1), asyncio.Event()

    def note(_: logging.LogRecord) -> bool:
        failed.set()
        return True

    caplog.handler.addFilter(note)
    task = asyncio.create_task(run_menu(open_database(f"sqlite:///{tmp_path}/none/shop.db"), menu, 60))
    await asyncio.wait_for(failed.wait(), 30)
    task.cancel()
    assert "The menu could not be read" in caplog.text
    assert menu == Menu(1, 1)
