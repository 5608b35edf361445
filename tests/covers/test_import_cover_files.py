"""Pictures in files are imported once; one that fails does not stop the others."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book
from bookshop.catalogue.cover_store import find_cover
from bookshop.covers.candidate_files import count_candidates
from bookshop.covers.cover_report import CoverReport, RefusedPicture
from bookshop.covers.encode import version_of
from bookshop.covers.errors import CoverFolderError
from bookshop.covers.import_cover_files import import_files
from bookshop.covers.picture import Picture, version_folder
from bookshop.database import Database
from bookshop.schema import books
from tests.builders import a_book, store_book
from tests.covers.sample_pictures import as_file

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


async def picture_of(database: Database, isbn: str = ISBN) -> Picture | None:
    found = await database.read(find_book, isbn)
    assert found
    return found.picture


def versions_in(covers: Path) -> set[str]:
    """The versions whose files are there."""
    return {place.name for place in covers.glob("[0-9]*/*")}


def times_of(covers: Path) -> dict[Path, int]:
    """When each file and folder was last written."""
    return {path: path.stat().st_mtime_ns for path in covers.rglob("*")}


def name_of(content: bytes, isbn: str = ISBN) -> str:
    return version_folder(isbn, version_of(content)).partition("/")[2]


async def test_a_book_is_shown_with_the_picture_that_bears_its_number(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    assert book.picture is None
    (source / "0-306-40615-2.png").write_bytes(RED_ONE)
    assert await import_files(database, covers, source) == CoverReport(imported=1)
    assert await picture_of(database) == Picture(ISBN, version_of(RED_ONE), 200, 300)
    assert versions_in(covers) == {name_of(RED_ONE)}


async def test_taking_the_same_again_writes_nothing(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    (source / f"{ISBN}.png").write_bytes(RED_ONE)
    await import_files(database, covers, source)
    written: list[str] = []

    def note(_1: object, _2: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "PRAGMA")):
            written.append(statement)

    before = times_of(covers)
    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert await import_files(database, covers, source) == CoverReport(unchanged=1)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert written == []
    assert times_of(covers) == before


async def test_a_new_picture_takes_the_place_of_the_old_one(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    for content in (RED_ONE, BLUE_ONE):
        (source / f"{ISBN}.png").write_bytes(content)
        assert await import_files(database, covers, source) == CoverReport(imported=1)
    picture = await picture_of(database)
    assert picture
    assert picture.version == version_of(BLUE_ONE)
    assert versions_in(covers) == {name_of(BLUE_ONE)}


async def test_files_that_were_lost_come_back(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    (source / f"{ISBN}.png").write_bytes(RED_ONE)
    await import_files(database, covers, source)
    shutil.rmtree(covers)
    assert await import_files(database, covers, source) == CoverReport(imported=1)
    assert versions_in(covers) == {name_of(RED_ONE)}


async def test_one_that_fails_stops_no_other(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    await database.write(store_book, a_book(isbn=OTHER))
    (source / f"{ISBN}.png").write_bytes(RED_ONE)
    (source / f"{OTHER}.jpg").write_bytes(b"no picture")
    (source / "9781732265173.png").write_bytes(BLUE_ONE)
    (source / "readme.txt").write_bytes(b"hello")
    (source / "9780578675862.png").write_bytes(BLUE_ONE)
    (source / "covers.zip").write_bytes(b"no zip")
    done: list[int] = []
    report = await import_files(database, covers, source, lambda: done.append(1))
    assert (report.imported, report.unchanged, report.has_failed) == (1, 0, False)
    assert report.unknown == [f"{source}/9780578675862.png"]
    assert sorted((one.name.removeprefix(f"{source}/"), one.reason) for one in report.refused) == [
        (f"{OTHER}.jpg", "The file is not a JPEG, PNG, WebP, AVIF, TIFF or GIF."),
        ("9781732265173.png", "The file name is not an ISBN."),
        ("covers.zip", "The zip cannot be read: File is not a zip file."),
        ("readme.txt", "The file name is not an ISBN."),
    ]
    assert len(done) == count_candidates(source) == 6


async def test_of_two_pictures_of_a_book_one_is_taken_every_time(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    (source / "0306406152.png").write_bytes(RED_ONE)
    with ZipFile(source / "more.zip", "w") as archive:
        archive.writestr(f"{ISBN}.png", BLUE_ONE)
    refused = RefusedPicture(f"{source}/more.zip/{ISBN}.png", f"{source}/0306406152.png is of the same book.")
    assert await import_files(database, covers, source) == CoverReport(imported=1, refused=[refused])
    assert await import_files(database, covers, source) == CoverReport(unchanged=1, refused=[refused])


async def test_a_book_that_is_sold_no_more_keeps_its_cover(
    database: Database, book: Book, source: Path, covers: Path
) -> None:
    def retire(db: Connection) -> None:
        db.execute(books.update().values(is_listed=False))

    await database.write(retire)
    (source / f"{ISBN}.png").write_bytes(RED_ONE)
    assert await import_files(database, covers, source) == CoverReport(imported=1)
    cover = await database.read(find_cover, ISBN)
    assert cover
    assert (cover.title, cover.picture) == ("Emma", Picture(ISBN, version_of(RED_ONE), 200, 300))


async def test_a_folder_that_takes_nothing_ends_the_run(database: Database, book: Book, source: Path) -> None:
    (source / f"{ISBN}.png").write_bytes(RED_ONE)
    covers = source / f"{ISBN}.png"
    with pytest.raises(CoverFolderError):
        await import_files(database, covers, source)
    assert await picture_of(database) is None
