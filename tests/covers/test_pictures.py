"""Pages show books with their pictures, in the right sizes and at immutable URLs."""

import gzip
import re
import shutil
from pathlib import Path

import pytest
from quart import Response

from bookshop.app import create_app
from bookshop.catalogue.book import Book
from bookshop.catalogue.book_store import find_book
from bookshop.catalogue.display_store import add_display
from bookshop.covers.import_cover_files import import_files
from bookshop.covers.picture import Picture
from bookshop.database import Database
from tests.builders import a_book, some_settings, store_book
from tests.covers.sample_pictures import a_picture
from tests.shopper import Shopper, text_of

FOR_GOOD = "public, max-age=31536000, immutable"


@pytest.fixture
def covers(tmp_path: Path) -> Path:
    return tmp_path / "covers"


@pytest.fixture
async def shopper(database_url: str, covers: Path) -> Shopper:
    """A shopper of a shop whose pictures are in this folder."""
    settings = some_settings(DATABASE_URL=database_url, COVERS_DIR=str(covers))
    return Shopper(create_app(settings).test_client())


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: what is asked of it is tested on both elsewhere."""
    return sqlite_url


async def put_picture(
    database: Database, covers: Path, isbn: str, size: tuple[int, int] = (800, 1200)
) -> Book:
    """Give a book a picture of this size, and return the book."""
    source = covers.parent / f"{isbn}.jpg"
    source.write_bytes(a_picture(size=size))
    await import_files(database, covers, source)
    found = await database.read(find_book, isbn)
    assert found
    assert found.picture
    return found


async def body_of(answer: Response) -> bytes:
    data = await answer.get_data(as_text=False)
    assert isinstance(data, bytes)
    return data


@pytest.fixture
async def book(database: Database, covers: Path) -> Book:
    stored = await database.write(store_book, a_book("Emma"))
    return await put_picture(database, covers, stored.isbn)


@pytest.fixture
def picture(book: Book) -> Picture:
    assert book.picture
    return book.picture


@pytest.mark.parametrize(
    ("kind", "mimetype"), [("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")]
)
async def test_a_picture_may_be_kept_for_good(
    shopper: Shopper, picture: Picture, covers: Path, kind: str, mimetype: str
) -> None:
    rendition = picture.file_at(672, kind)
    answer = await shopper.get(rendition.url)
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert answer.headers["Cache-Control"] == FOR_GOOD
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert await body_of(answer) == (covers / rendition.path).read_bytes()


async def test_a_browser_that_asks_again_gets_nothing_new(shopper: Shopper, picture: Picture) -> None:
    address = picture.file_at(120, "avif").url
    first = await shopper.client.get(address)
    again = await shopper.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, await body_of(again)) == (304, b"")
    assert again.headers["Cache-Control"] == FOR_GOOD
    head = await shopper.client.head(address)
    assert (head.status_code, await body_of(head)) == (200, b"")


@pytest.mark.parametrize(
    "name",
    [
        "nonsense",
        "nonsense.avif",
        "9780306406157-0123456789ab-120.avif",
        "9780306406157-0123456789ab-120.png",
        "..%2F..%2F..%2Fetc%2Fpasswd",
        "..%2f..%2fbookshop.db-0123456789ab-120.avif",
        "../bookshop.db",
        "9780306406157-0123456789ab-120.avif%00",
        ".new",
    ],
)
async def test_what_is_no_picture_is_not_found(shopper: Shopper, picture: Picture, name: str) -> None:
    answer = await shopper.client.get(f"/covers/{name}")
    assert answer.status_code in (400, 404)
    assert "immutable" not in answer.headers["Cache-Control"]


async def test_a_width_that_was_never_made_is_not_found(shopper: Shopper, picture: Picture) -> None:
    answer = await shopper.get(picture.file_at(120, "avif").url.replace("-120.", "-121."))
    assert answer.status_code == 404


async def test_the_address_of_an_older_picture_leads_to_todays(
    shopper: Shopper, database: Database, picture: Picture, covers: Path
) -> None:
    now = (await put_picture(database, covers, picture.isbn, (500, 700))).picture
    assert now
    for width, kind, expected in (
        (120, "avif", 120),
        (400, "webp", 400),
        (672, "avif", 500),
        (672, "jpg", 500),
    ):
        answer = await shopper.get(picture.file_at(width, kind).url)
        assert answer.status_code == 302
        assert answer.headers["Location"] == now.file_at(expected, kind).url
        assert "max-age=300" in answer.headers["Cache-Control"]
        assert (await shopper.get(answer.headers["Location"])).status_code == 200


async def test_a_picture_whose_files_are_lost_is_not_found(
    shopper: Shopper, picture: Picture, covers: Path
) -> None:
    shutil.rmtree(covers)
    assert (await shopper.get(picture.file_at(120, "avif").url)).status_code == 404


async def test_who_knows_only_the_number_is_led_to_the_picture(
    shopper: Shopper, database: Database, picture: Picture
) -> None:
    answer = await shopper.get(f"/covers/{picture.isbn}.svg")
    assert answer.status_code == 302
    assert answer.headers["Location"] == picture.file_at(400, "webp").url
    drawn = await database.write(store_book, a_book())
    assert (await shopper.get(f"/covers/{drawn.isbn}.svg")).mimetype == "image/svg+xml"


async def test_a_page_offers_small_files_first_and_keeps_their_place(
    shopper: Shopper, picture: Picture
) -> None:
    page = await shopper.read(f"/books/{picture.isbn}/emma")
    names = [f"/covers/{picture.isbn}-{picture.version}-{width}" for width in (120, 240, 400, 672)]
    sources = {
        kind: ", ".join(f"{name}.{kind} {name.rsplit('-', 1)[1]}w" for name in names)
        for kind in ("avif", "webp")
    }
    sizes = "(min-width: 48rem) 31vw, 200px"
    assert (
        '<span class="bound"><picture>'
        f'<source type="image/avif" srcset="{sources["avif"]}" sizes="{sizes}">'
        f'<img class="face" srcset="{sources["webp"]}" sizes="{sizes}" src="{names[2]}.webp" '
        'width="672" height="1008" alt="Cover of Emma" fetchpriority="high"></picture></span>'
    ) in page


@pytest.mark.parametrize(
    ("size", "name"), [((600, 1000), "face"), ((800, 800), "face"), ((500, 1000), "face tall")]
)
async def test_a_picture_of_another_shape_keeps_it(
    shopper: Shopper, database: Database, covers: Path, picture: Picture, size: tuple[int, int], name: str
) -> None:
    shaped = (await put_picture(database, covers, picture.isbn, size)).picture
    assert shaped
    page = await shopper.read(f"/books/{picture.isbn}/emma")
    assert f'<img class="{name}" ' in page
    assert f'width="{shaped.width}" height="{shaped.height}"' in page
    assert shaped.width * size[1] == pytest.approx(shaped.height * size[0], rel=0.01)


async def test_only_what_is_seen_first_is_not_lazy(
    shopper: Shopper, database: Database, picture: Picture
) -> None:
    await database.write(store_book, a_book())
    await database.write(add_display, "window", [(picture.isbn, "", "")])
    page = await shopper.read("/")
    window, rest = page.split('id="new"')
    assert 'fetchpriority="high"' in window
    assert "lazy" not in window
    assert "fetchpriority" not in rest
    images = re.findall("<img class=.face[^>]+>", rest)
    assert images
    assert all('loading="lazy"' in image for image in images)


async def test_an_order_shows_its_pictures_wherever_it_is_seen(
    shopper: Shopper, database: Database, book: Book
) -> None:
    await shopper.put_in_basket(book.isbn)
    for path in ("/basket", "/checkout"):
        assert f"/covers/{book.isbn}-{book.cover_version}-120.avif 120w" in await shopper.read(path), path


async def test_links_to_a_book_are_shown_with_a_jpeg(shopper: Shopper, picture: Picture) -> None:
    answer = await shopper.get(picture.jpeg_url)
    assert answer.mimetype == "image/jpeg"
    assert (await body_of(answer))[:3] == b"\xff\xd8\xff"


async def test_the_pictures_of_a_page_make_it_little_larger(
    shopper: Shopper, database: Database, covers: Path
) -> None:
    stored = [await database.write(store_book, a_book(f"Volume {n}")) for n in range(24)]
    drawn = len(gzip.compress((await shopper.read("/search")).encode()))
    for one in stored:
        await put_picture(database, covers, one.isbn, (400, 600))
    shown = await text_of(await shopper.get("/search?page=1"))
    assert shown.count("<picture>") == 24
    assert len(gzip.compress(shown.encode())) - drawn < 24 * 60


async def test_pictures_have_only_the_headers_that_pictures_need(
    shopper: Shopper, database: Database, picture: Picture
) -> None:
    drawn = await database.write(store_book, a_book())
    for path in (f"/covers/{drawn.isbn}.svg", picture.file_at(240, "avif").url):
        headers = (await shopper.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Cache-Control"].startswith("public")
        assert {"Permissions-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy"}.isdisjoint(headers), (
            path
        )
    missing = await shopper.get("/covers/9780000000000.svg")
    assert "Permissions-Policy" in missing.headers, "an error is a page"
