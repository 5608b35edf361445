"""Health checks."""

from pathlib import Path

from bookshop.app import Shop, create_app
from bookshop.database import open_database
from tests.builders import a_book, some_settings, store_book
from tests.processes import free_port
from tests.shopper import Shopper


async def test_a_shop_that_serves_is_alive_and_ready(shop: Shop) -> None:
    client = shop.test_client()
    assert await (await client.get("/healthz")).get_json() == {"alive": True}
    ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert await ready.get_json() == {"ready": True, "database": "ok", "stripe": "reachable"}


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
        assert await ready.get_json() == {"ready": True, "database": "ok", "stripe": "unreachable"}
        assert (await app.test_client().get("/")).status_code == 200


async def test_a_database_without_tables_is_not_ready(tmp_path: Path) -> None:
    app = create_app(some_settings(DATABASE_URL=f"sqlite:///{tmp_path}/empty.db"))
    assert (await app.test_client().get("/readyz")).status_code == 503
