"""Linked pictures are downloaded once, and one that fails stops no other."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest
from PIL import Image

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book
from bookshop.covers.cover_report import CoverReport, RefusedPicture
from bookshop.covers.encode import version_of
from bookshop.covers.import_cover_files import import_files
from bookshop.covers.import_cover_links import import_links
from bookshop.covers.linked_cover_store import LinkedCover, set_cover_links
from bookshop.covers.picture import Picture, version_folder
from bookshop.database import Database
from tests.builders import a_book, store_book
from tests.covers.picture_host import PictureHost, allow_all, run_picture_host
from tests.covers.sample_pictures import a_picture, as_file

ISBN, OTHER = "9780306406157", "9781732265172"
RED_ONE, BLUE_ONE = (as_file(Image.new("RGB", (200, 300), colour), "PNG") for colour in ("red", "blue"))


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", isbn=ISBN))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    return tmp_path / "source"


@pytest.fixture
def covers(tmp_path: Path) -> Path:
    return tmp_path / "covers"


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with run_picture_host() as host:
        yield host


async def picture_of(database: Database, isbn: str = ISBN) -> Picture | None:
    found = await database.read(find_book, isbn)
    assert found
    return found.picture


def versions_in(covers: Path) -> set[str]:
    """The versions whose files are there."""
    return {place.name for place in covers.glob("[0-9]*/*")}


def name_of(content: bytes, isbn: str = ISBN) -> str:
    return version_folder(isbn, version_of(content)).partition("/")[2]


async def take(database: Database, covers: Path) -> CoverReport:
    return await import_links(database, covers, is_allowed=allow_all)


async def test_a_picture_comes_from_its_link_once(
    database: Database, book: Book, covers: Path, host: PictureHost
) -> None:
    link = host.put("/1.png", RED_ONE, ETag='"1"')
    await database.write(set_cover_links, [LinkedCover(ISBN, link, "")])
    assert await take(database, covers) == CoverReport(imported=1)
    assert await picture_of(database) == Picture(ISBN, version_of(RED_ONE), 200, 300)
    assert await take(database, covers) == CoverReport(unchanged=1)
    assert [headers.get("If-None-Match") for _, headers in host.requests] == [None, '"1"']

    host.put("/1.png", BLUE_ONE, ETag='"2"')
    assert await take(database, covers) == CoverReport(imported=1)
    assert versions_in(covers) == {name_of(BLUE_ONE)}


async def test_a_date_in_the_feed_saves_asking(
    database: Database, book: Book, covers: Path, host: PictureHost
) -> None:
    link = host.put("/1.png", RED_ONE)
    await database.write(set_cover_links, [LinkedCover(ISBN, link, "2026-01-01")])
    assert await take(database, covers) == CoverReport(imported=1)
    assert await take(database, covers) == CoverReport(unchanged=1)
    assert host.pop_paths() == ["/1.png"]
    await database.write(set_cover_links, [LinkedCover(ISBN, link, "2026-02-01")])
    host.put("/1.png", BLUE_ONE)
    assert await take(database, covers) == CoverReport(imported=1)
    assert await take(database, covers) == CoverReport(unchanged=1)
    assert host.pop_paths() == ["/1.png"]


async def test_the_etag_of_one_link_is_not_sent_to_another(
    database: Database, book: Book, covers: Path, host: PictureHost
) -> None:
    await database.write(
        set_cover_links, [LinkedCover(ISBN, host.put("/1.png", RED_ONE, ETag='"1"'), "2026")]
    )
    await take(database, covers)
    await database.write(
        set_cover_links, [LinkedCover(ISBN, host.put("/2.png", BLUE_ONE, ETag='"1"'), "2026")]
    )
    assert await take(database, covers) == CoverReport(imported=1)
    assert versions_in(covers) == {name_of(BLUE_ONE)}


async def test_a_picture_of_the_shops_own_goes_before_the_feeds(
    database: Database, book: Book, source: Path, covers: Path, host: PictureHost
) -> None:
    await database.write(set_cover_links, [LinkedCover(ISBN, host.put("/1.png", RED_ONE), "")])
    await take(database, covers)
    (source / f"{ISBN}.png").write_bytes(BLUE_ONE)
    await import_files(database, covers, source)
    host.pop_paths()
    assert await take(database, covers) == CoverReport(kept_own=1)
    assert host.pop_paths() == []
    assert versions_in(covers) == {name_of(BLUE_ONE)}


async def test_pictures_that_were_lost_are_downloaded_again(
    database: Database, book: Book, covers: Path, host: PictureHost
) -> None:
    link = host.put("/1.png", RED_ONE, ETag='"1"')
    await database.write(set_cover_links, [LinkedCover(ISBN, link, "2026-01-01")])
    await take(database, covers)
    shutil.rmtree(covers)
    assert await take(database, covers) == CoverReport(imported=1)
    assert versions_in(covers) == {name_of(RED_ONE)}


async def test_a_link_that_fails_stops_no_other(
    database: Database, book: Book, covers: Path, host: PictureHost
) -> None:
    await database.write(store_book, a_book(isbn=OTHER))
    await database.write(
        set_cover_links,
        [
            LinkedCover(ISBN, host.put("/page", b"<html>")),
            LinkedCover(OTHER, host.put("/1.png", a_picture())),
        ],
    )
    refused = RefusedPicture(
        f"{ISBN} {host.url}/page", "The file is not a JPEG, PNG, WebP, AVIF, TIFF or GIF."
    )
    assert await take(database, covers) == CoverReport(imported=1, refused=[refused])
    assert await picture_of(database) is None
    assert await picture_of(database, OTHER)


async def test_links_into_our_own_network_are_refused(
    database: Database, book: Book, covers: Path, host: PictureHost
) -> None:
    await database.write(set_cover_links, [LinkedCover(ISBN, host.put("/1.png", RED_ONE), "")])
    report = await import_links(database, covers)
    reason = f"{httpx.URL(host.url).netloc.decode()} is not a public web server."
    assert [one.reason for one in report.refused] == [reason]
    assert asdict(report)["refused"][0]["name"] == f"{ISBN} {host.url}/1.png"
    assert host.requests == []
