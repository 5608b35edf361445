"""The amount above which only an owner may refund."""

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bookshop import money
from bookshop.money import Money
from bookshop.schema import office_settings

NAME = "refund_limit"
USUAL_LIMIT = "100.00"
FIND_LIMIT = select(office_settings.c.value).where(office_settings.c.name == NAME)


def find_refund_limit(db: Connection, currency: str) -> Money:
    """Return the largest amount that a seller may refund."""
    return money.parse(db.execute(FIND_LIMIT).scalar() or USUAL_LIMIT, currency)


CHANGE_LIMIT = update(office_settings).where(office_settings.c.name == NAME).values(value=bindparam("limit"))
ADD_LIMIT = {
    "sqlite": sqlite.insert(office_settings).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(office_settings).on_conflict_do_nothing(),
}


def set_refund_limit(db: Connection, amount: str) -> None:
    """Store the largest amount that a seller may refund, such as "100.00"."""
    db.execute(ADD_LIMIT[db.dialect.name], {"name": NAME, "value": amount})
    db.execute(CHANGE_LIMIT, {"limit": amount})
