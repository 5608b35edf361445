"""A shop of any age becomes one of today and loses nothing on the way."""

from pathlib import Path

from sqlalchemy import Connection, text

from bookshop.catalogue.book import Contributor
from bookshop.catalogue.store import find_book
from bookshop.database import open_database
from bookshop.migrations import migrate
from bookshop.orders.audit import audit
from bookshop.trade.availability import Supply

ISBN = "9781732265172"
OLD_SHOP = (Path(__file__).parent / "old_shop.sql").read_text()


def fill_old_shop(db: Connection) -> None:
    """Make the tables of the second release, and write what a shop of then would have."""
    migrate(db, "0002")
    for statement in OLD_SHOP.split(";\n")[:-1]:
        db.exec_driver_sql(statement)


async def test_an_old_shop_keeps_its_books_orders_and_displays(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/old.db")
    await database.write(fill_old_shop)
    await database.write(migrate)
    found = await database.read(find_book, ISBN)
    assert found
    assert (found.title, found.left, found.price.minor) == ("Learning", 4, 2300)
    assert found.details.description == "<p>First &amp; &lt;second&gt;.</p><p>Third.</p>"
    assert found.blurb == "First & <second>."
    assert found.contributors == (Contributor("A01", "R. Hamming", found.contributors[0].key),)
    assert [subject.code for subject in found.subjects] == ["PD"]
    report = await database.read(audit)
    assert (report.books, report.orders, report.violations) == (1, 1, ())
    assert await database.read(count_displays) == 1
    assert found.supply == Supply()
    await database.close()


def count_displays(db: Connection) -> int:
    return int(db.execute(text("SELECT count(*) FROM displays")).scalar_one())
