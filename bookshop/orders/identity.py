"""The random id by which this shop's payments are found at Stripe."""

from sqlalchemy import Connection, select

from bookshop.schema import identity

FIND_SHOP_ID = select(identity.c.shop_id)


def find_shop_id(db: Connection) -> str:
    """Return the shop's id; a restored backup has that of the original."""
    shop_id: str = db.execute(FIND_SHOP_ID).scalar_one()
    return shop_id
