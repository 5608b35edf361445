"""`bookshop covers`."""

import json

from bookshop.covers.linked_cover_store import LinkedCover, set_cover_links
from tests.builders import a_book, store_book
from tests.commands.shop import CommandShop
from tests.covers.sample_pictures import a_picture


async def test_covers_are_imported_from_a_folder(shop: CommandShop) -> None:
    book = await shop.database.write(store_book, a_book())
    source = shop.folder / "source"
    source.mkdir()
    (source / f"{book.isbn}.jpg").write_bytes(a_picture())
    (source / "readme.txt").write_text("hello")
    done = shop.run("covers", "source")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "REFUSED            REASON",
        "source/readme.txt  The file name is not an ISBN.",
        "1 imported, 0 unchanged, 0 kept, 0 without a book, 1 refused.",
    ]
    assert len(list(shop.folder.glob("var/covers/*/*/*"))) == 5
    assert shop.read("covers", "source") == {
        "imported": 0,
        "unchanged": 1,
        "kept_own": 0,
        "unknown": [],
        "refused": [{"name": "source/readme.txt", "reason": "The file name is not an ISBN."}],
    }
    (shop.folder / "empty").mkdir()
    empty = shop.run("covers", "empty")
    assert (empty.returncode, empty.stdout) == (1, "")
    assert empty.stderr == "Error: empty has no files in it. Name a folder or zip with pictures.\n"
    useless = shop.run("covers", "source/readme.txt")
    assert (useless.returncode, useless.stderr) == (1, "")


async def test_covers_are_downloaded_only_where_that_is_allowed(shop: CommandShop) -> None:
    book = await shop.database.write(store_book, a_book())
    await shop.database.write(set_cover_links, [LinkedCover(book.isbn, "http://127.0.0.1:1/1.jpg", "")])
    done = shop.run("covers", "--from-feeds")
    assert done.returncode == 1
    assert "Set DOWNLOAD_COVERS=1 to allow it" in done.stderr
    allowed = shop.run("covers", "--from-feeds", "--json", DOWNLOAD_COVERS="1")
    assert allowed.returncode == 1
    assert json.loads(allowed.stdout)["refused"] == [
        {"name": f"{book.isbn} http://127.0.0.1:1/1.jpg", "reason": "127.0.0.1:1 is not a public web server."}
    ]


async def test_covers_that_cannot_be_stored_are_one_line(shop: CommandShop) -> None:
    book = await shop.database.write(store_book, a_book())
    picture = shop.folder / f"{book.isbn}.jpg"
    picture.write_bytes(a_picture())
    done = shop.run("covers", picture.name, COVERS_DIR=picture.name)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Covers cannot be stored: ")
    assert done.stderr.endswith(" Check COVERS_DIR.\n")
    assert len(done.stderr.splitlines()) == 1
