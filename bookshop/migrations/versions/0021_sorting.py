"""What orders books, how many copies were sold, and what is bought together"""

import re
import unicodedata
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021_sorting"
down_revision = "0020_names"

ISBN = sa.String(length=13)
BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
RANK = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = ("newest", "price", "price_desc", "title", "bestselling")
SHOWN = sa.text("shoppers >= 5")
GONE = sa.text("cancelled + returned > 0")
BATCH_BOOKS = 2000
NO_PRICE = 2**31 - 1
WORDS = re.compile(r"[^\W_]+")
ARTICLES = ("the", "a", "an")
FACETS = ("f_", "l_", "p_", "s_", "t_", "u_", "v_")
# in SQLite's index, the rank is the id of the row
TOKENS = {
    "sqlite": "SELECT tokens FROM search WHERE rowid = books.rank",
    "postgresql": (
        "SELECT array_to_string(tsvector_to_array(tokens), ' ') FROM search WHERE search.rank = books.rank"
    ),
}
LIST_BOOKS = (
    "SELECT rank, title, language, published, price_minor, ({tokens}) AS tokens"
    " FROM books WHERE rank > :last ORDER BY rank LIMIT :limit"
)


def upgrade() -> None:
    create_sort_keys()
    create_sales()
    fill_sort_keys()


def create_sort_keys() -> None:
    op.create_table(
        "sort_keys",
        sa.Column("rank", RANK, autoincrement=False, nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("price_desc", sa.Integer(), nullable=False),
        sa.Column("title", BYTES, nullable=False),
        sa.Column("bestselling", sa.Integer(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rank", name=op.f("pk_sort_keys")),
    )


def create_sales() -> None:
    op.create_table(
        "sales",
        sa.Column("isbn", ISBN, nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("copies >= 0 AND cancelled >= 0", name=op.f("ck_sales_copies")),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_sales_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_sales")),
    )
    op.create_table(
        "bought_together",
        sa.Column("isbn", ISBN, nullable=False),
        sa.Column("other", ISBN, nullable=False),
        sa.Column("shoppers", sa.Integer(), nullable=False),
        sa.CheckConstraint("shoppers > 0", name=op.f("ck_bought_together_shoppers")),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_bought_together_isbn"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other"], ["books.isbn"], name=op.f("fk_bought_together_other"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", "other", name=op.f("pk_bought_together")),
    )
    op.create_index(
        "ix_bought_together_shown",
        "bought_together",
        ["isbn", "shoppers"],
        sqlite_where=SHOWN,
        postgresql_where=SHOWN,
    )
    op.create_index(
        "ix_order_copies_gone", "order_copies", ["order_number"], sqlite_where=GONE, postgresql_where=GONE
    )


def fill_sort_keys() -> None:
    """Sort the books at once; the shop makes keys of unusual titles exact when it refreshes its books."""
    db = op.get_bind()
    list_books = sa.text(LIST_BOOKS.format(tokens=TOKENS[db.dialect.name]))
    table = sa.table("sort_keys", *map(sa.column, ("rank", *KEYS, "facets")))
    last = -1
    while batch := db.execute(list_books, {"last": last, "limit": BATCH_BOOKS}).all():
        op.bulk_insert(table, [row_of(book) for book in batch])
        last = batch[-1].rank
    # the rows are written sooner before there are indexes
    for key in KEYS:
        op.create_index(f"ix_sort_keys_{key}_rank", "sort_keys", [key, "rank"])


def row_of(book: sa.Row[Any]) -> dict[str, Any]:
    facets = sorted(token for token in (book.tokens or "").split(" ") if token[:2] in FACETS)
    return {
        "rank": book.rank,
        "newest": -day_number(book.published),
        "price": book.price_minor or NO_PRICE,
        "price_desc": -book.price_minor,
        "title": title_key(book.title, book.language),
        "bestselling": 0,
        "facets": f" {' '.join(facets)} ",
    }


def day_number(published: str) -> int:
    try:
        year, month, day = (*map(int, published.split("-")), 1, 1)[:3]
        return date(year, month, day).toordinal()
    except ValueError:
        return 0


def title_key(title: str, language: str) -> str:
    plain = unicodedata.normalize("NFKD", title.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    words = [word.zfill(6) if word.isdecimal() else word for word in WORDS.findall(plain)]
    has_article = language in ("eng", "") and len(words) > 1 and words[0] in ARTICLES
    return " ".join(words[has_article:])[:80].rstrip()
