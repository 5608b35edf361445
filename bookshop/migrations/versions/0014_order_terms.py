"""The terms by which staff find an order"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import idna
import sqlalchemy as sa
from alembic import op

revision = "0014_order_terms"
down_revision = "0013_mails_to_check"

TIMESTAMP = sa.DateTime(timezone=True)
BATCH_ORDERS = 2000
WORDS = re.compile(r"[^\W_]+")
PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
ORDERS = sa.table(
    "orders", sa.column("id"), sa.column("placed_at", TIMESTAMP), sa.column("name"), sa.column("email")
)
LINES = sa.table("order_lines", sa.column("order_id"), sa.column("isbn"))
LIST_ORDERS = (
    sa.select(ORDERS)
    .where(ORDERS.c.id > sa.bindparam("last", type_=sa.String))
    .order_by(ORDERS.c.id)
    .limit(BATCH_ORDERS)
)
LIST_ISBNS = sa.select(LINES).where(LINES.c.order_id.in_(sa.bindparam("order_ids", expanding=True)))


def upgrade() -> None:
    terms = op.create_table(
        "order_terms",
        sa.Column("term", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("placed_at", TIMESTAMP, nullable=False),
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("term", "placed_at", "order_id", name=op.f("pk_order_terms")),
        sqlite_with_rowid=False,
    )
    last = ""
    while batch := op.get_bind().execute(LIST_ORDERS, {"last": last}).all():
        op.bulk_insert(terms, list_rows(batch))
        last = batch[-1].id


def list_rows(batch: Sequence[sa.Row[Any]]) -> list[dict[str, Any]]:
    found = {order.id: {*name_words(order.name), email_term(order.email)} for order in batch}
    for line in op.get_bind().execute(LIST_ISBNS, {"order_ids": list(found)}):
        found[line.order_id].add(line.isbn)
    return [
        {"term": term, "placed_at": order.placed_at, "order_id": order.id}
        for order in batch
        for term in found[order.id]
        if term
    ]


def name_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold()).casefold()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = unicodedata.normalize("NFC", plain).translate(PLAIN_LETTERS)
    return [word[:100] for word in WORDS.findall(plain)[:10]]


def email_term(email: str) -> str:
    local, _, domain = email.rpartition("@")
    try:
        plain = email if email.isascii() else f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError:
        plain = email
    return plain.casefold()[:100]
