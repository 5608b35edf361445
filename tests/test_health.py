"""Health checks."""

from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path

from bookshop.app import Shop, create_app
from bookshop.database import open_database
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from tests.builders import a_book, some_settings, store_book
from tests.processes import free_port
from tests.shopper import Shopper


async def test_a_shop_that_serves_is_alive_and_ready(shop: Shop) -> None:
    client = shop.test_client()
    live = await client.get("/healthz")
    assert await live.get_json() == {"alive": True, "client": "unknown"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert await ready.get_json() == {
        "ready": True,
        "database": "ok",
        "stripe": "reachable",
        "mail": "off",
    }


async def test_without_stripe_the_shop_is_still_ready(sqlite_url: str) -> None:
    app = create_app(
        some_settings(DATABASE_URL=sqlite_url, STRIPE_API_BASE=f"http://127.0.0.1:{free_port()}")
    )
    async with app.test_app():
        database = open_database(sqlite_url)
        book = await database.write(store_book, a_book())
        await database.close()
        for n in range(2):
            await Shopper(app.test_client()).place(book.isbn, name=f"Ada {n}")
        ready = await app.test_client().get("/readyz")
        assert ready.status_code == 200
        assert await ready.get_json() == {
            "ready": True,
            "database": "ok",
            "stripe": "unreachable",
            "mail": "off",
        }
        assert (await app.test_client().get("/")).status_code == 200


async def test_mail_that_does_not_leave_is_reported(sqlite_url: str) -> None:
    app = create_app(
        some_settings(DATABASE_URL=sqlite_url, SMTP_URL="smtp://localhost", MAIL_FROM="shop@books.example")
    )
    database = open_database(sqlite_url)
    for minutes, expected in ((14, "ok"), (16, "delayed")):
        written_at = datetime.now(UTC) - timedelta(minutes=minutes)
        await database.write(add_mail, MailKind.NEW_ORDER, written_at, occurrence=str(minutes))
        ready = await app.test_client().get("/readyz")
        assert (ready.status_code, (await ready.get_json())["mail"]) == (200, expected)
    await database.close()


async def test_baskets_survive_the_replacement_of_the_secret_key(sqlite_url: str) -> None:
    old, new = "old-0f8e7d6c5b4a", "new-9b3c1d7e5f2a"
    database = open_database(sqlite_url)
    book = await database.write(store_book, a_book())
    await database.close()
    shown = []
    cookies: CookieJar | None = None
    for keys in (old, f"{new},{old}", new, old):
        app = create_app(some_settings(DATABASE_URL=sqlite_url, SECRET_KEY=keys))
        client = app.test_client()
        client.cookie_jar = cookies or client.cookie_jar
        if cookies is None:
            await Shopper(client).post("/basket", {"isbn": book.isbn, "quantity": "1"})
            cookies = client.cookie_jar
        page = await Shopper(client).read("/basket")
        shown.append(f"Copies of {book.title}" in page)
        if keys.startswith(f"{new},"):
            # any write signs the cookie again
            await Shopper(client).post("/basket", {"isbn": book.isbn, "quantity": "2"})
    assert shown == [True, True, True, False]


async def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    app = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/empty.db"))
    assert (await app.test_client().get("/readyz")).status_code == 503
