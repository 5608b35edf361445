"""A GET writes nothing: neither the database nor a cookie."""

from typing import Any

from sqlalchemy import Connection, select

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.schema import metadata
from tests.filled_shop import fill_shop
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of

# these read the payment at Stripe and store what it has become
READ_STRIPE = ("/orders/", "/checkout/", "/success")
# a script asks for it; the cookie binds it to the browser
CHALLENGE = "/office/sign-in/passkey"


def read_tables(db: Connection) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    return {table.name: sorted(map(repr, db.execute(select(table)))) for table in metadata.sorted_tables}


async def test_no_page_writes(shop: Shop, database: Database, account: Account) -> None:
    filled = await fill_shop(shop, database, account)
    shopper, isbn = filled.shopper, filled.in_stock.isbn
    removed = await shopper.post(f"/basket/{isbn}", {"quantity": "0"})
    await shopper.put_in_basket(isbn, 20)
    rules = [rule for rule in shop.url_map.iter_rules() if "GET" in (rule.methods or ())]
    own = [removed.headers["Location"], f"/checkout?item={isbn}", "/basket?change=added", "/success?x=1"]
    named = [rule.rule for rule in rules if not rule.arguments]
    before = await database.read(read_tables)
    for path in dict.fromkeys([*filled.pages, *own, *named]):
        for who in (shopper, Shopper(shop.test_client())):
            for htmx in (False, True):
                response = await who.get(path, htmx=htmx)
                assert path == CHALLENGE or not response.headers.get_all("Set-Cookie"), path
                after = await database.read(read_tables)
                assert path.startswith(READ_STRIPE) or before == after, path
                before = after


async def test_only_the_receipt_of_a_paid_basket_changes_a_cookie(
    shop: Shop, database: Database, account: Account
) -> None:
    filled = await fill_shop(shop, database, account)
    shopper = filled.shopper
    pay_page = next(path for path in filled.pages if path.startswith("/checkout/"))
    await account.pay(await shopper.find_intent(pay_page))
    answers = [await shopper.get(path) for path in ("/basket", "/checkout", pay_page, receipt_of(pay_page))]
    assert [bool(answer.headers.get_all("Set-Cookie")) for answer in answers] == [False, False, False, True]
