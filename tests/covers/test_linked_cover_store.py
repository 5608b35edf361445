import pytest

from bookshop.catalogue.book import Book
from bookshop.covers.linked_cover_store import LinkedCover, set_cover_links
from bookshop.covers.store import count_cover_links, list_cover_links
from bookshop.database import Database
from tests.builders import a_book, store_book

ISBN, OTHER = "9780306406157", "9781732265172"


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", isbn=ISBN))


async def test_links_are_remembered_changed_and_forgotten(database: Database, book: Book) -> None:
    await database.write(store_book, a_book(isbn=OTHER))
    links = [
        LinkedCover(ISBN, "https://example.com/1.jpg", "2026-01"),
        LinkedCover(OTHER, "https://example.com/2.jpg"),
    ]
    await database.write(set_cover_links, links)
    await database.write(set_cover_links, [])
    await database.write(
        set_cover_links, [LinkedCover(ISBN, "https://example.com/3.jpg", "2026-02"), LinkedCover(OTHER)]
    )
    found = await database.read(list_cover_links, "", 10)
    assert [(link.isbn, link.url, link.picture_date) for link in found] == [
        (ISBN, "https://example.com/3.jpg", "2026-02")
    ]
    assert await database.read(count_cover_links) == 1
    assert await database.read(list_cover_links, ISBN, 10) == []
