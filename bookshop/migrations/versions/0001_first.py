"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001_first"
down_revision = None
branch_labels = None
depends_on = None

TIMESTAMP = sa.DateTime(timezone=True)
# PostgreSQL: the facets of one kind are a range of tokens in the order of their bytes
TOKEN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# FTS5 stores which row has which token, but neither where nor how often; a row's id is its book's rank
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(tokens, tokenize = \"ascii tokenchars '_-'\", detail = none)",
    "CREATE TABLE search_filter_tokens (rank INTEGER PRIMARY KEY, tokens TEXT NOT NULL)",
)
# GIN finds every match before it returns the first; for frequent tokens one partition has enough of them
POSTGRESQL_PARTITIONS = 8
POSTGRESQL_SEARCH = (
    (
        "CREATE TABLE search (rank bigint PRIMARY KEY, filter_tokens text NOT NULL, tokens tsvector NOT NULL)"
        " PARTITION BY HASH (rank)"
    ),
    *(
        f"CREATE TABLE search_{part} PARTITION OF search"
        f" FOR VALUES WITH (MODULUS {POSTGRESQL_PARTITIONS}, REMAINDER {part})"
        for part in range(POSTGRESQL_PARTITIONS)
    ),
    "CREATE INDEX ix_search_tokens ON search USING gin (tokens)",
)
# orders are numbered from 1001
COUNTERS = (("order", 1000), ("events-claimed", 0), ("events-read", 0), ("synced-movements", 0))


def upgrade() -> None:
    create_books()
    create_imports()
    create_stock()
    create_orders()
    create_counters()
    create_search()


def create_books() -> None:
    op.create_table(
        "books",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=2), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("publisher_key", sa.Text(), server_default="", nullable=False),
        sa.Column("imprint", sa.Text(), server_default="", nullable=False),
        sa.Column("published", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("blurb", sa.Text(), server_default="", nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("listed_on", sa.Date(), nullable=False),
        sa.Column("series", sa.Text(), server_default="", nullable=False),
        sa.Column("series_number", sa.String(length=32), server_default="", nullable=False),
        sa.Column("series_key", sa.Text(), server_default="", nullable=False),
        sa.Column("work", sa.String(length=128), server_default="", nullable=False),
        sa.Column("supply", sa.String(length=2), server_default="", nullable=False),
        sa.Column("expected", sa.String(length=10), server_default="", nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=True),
        sa.Column("on_sale", TIMESTAMP, nullable=True),
        sa.Column("preorders_from", TIMESTAMP, nullable=True),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("may_sell", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("cover_version", sa.String(length=16), server_default="", nullable=False),
        sa.Column("cover_width", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cover_height", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=True),
        sa.Column("changes_on", sa.Date(), nullable=True),
        sa.CheckConstraint("length(isbn) = 13", name=op.f("ck_books_isbn")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_books_price")),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_books")),
    )
    op.create_index(op.f("ix_books_changes_on"), "books", ["changes_on"], unique=False)
    op.create_index(op.f("ix_books_listed_on_isbn"), "books", ["listed_on", "isbn"], unique=False)
    op.create_index(op.f("ix_books_rank"), "books", ["rank"], unique=True)
    op.create_index(op.f("ix_books_published"), "books", ["published"], unique=False)
    op.create_index(op.f("ix_books_category_rank"), "books", ["category", "rank"], unique=False)
    op.create_index(op.f("ix_books_work"), "books", ["work"], unique=False)
    op.create_table(
        "book_details",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("contents", sa.Text(), server_default="", nullable=False),
        sa.Column("keywords", sa.Text(), server_default="", nullable=False),
        sa.Column("edition", sa.Text(), server_default="", nullable=False),
        sa.Column("height_mm", sa.Integer(), nullable=True),
        sa.Column("width_mm", sa.Integer(), nullable=True),
        sa.Column("thickness_mm", sa.Integer(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("ages", sa.String(length=16), server_default="", nullable=False),
        sa.Column("is_fixed_price", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("safety_name", sa.Text(), server_default="", nullable=False),
        sa.Column("safety_address", sa.Text(), server_default="", nullable=False),
        sa.Column("safety_email", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_book_details_isbn"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_book_details")),
    )
    op.create_table(
        "contributors",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=3), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("biography", sa.Text(), server_default="", nullable=False),
        sa.Column("isni", sa.String(length=16), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_contributors_isbn"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", "position", name=op.f("pk_contributors")),
    )
    op.create_index(op.f("ix_contributors_key"), "contributors", ["key"], unique=False)
    op.create_table(
        "subjects",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=2), server_default="93", nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_subjects_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", "position", name=op.f("pk_subjects")),
    )
    op.create_index(op.f("ix_subjects_code"), "subjects", ["code"], unique=False)
    op.create_table(
        "subject_headings",
        sa.Column("scheme", sa.String(length=2), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "code", name=op.f("pk_subject_headings")),
    )
    op.create_table(
        "related",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("other", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_related_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", "code", "other", name=op.f("pk_related")),
    )
    op.create_index(op.f("ix_related_other"), "related", ["other"], unique=False)
    op.create_table(
        "displays",
        sa.Column("display", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_displays_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("display", "position", name=op.f("pk_displays")),
        sa.UniqueConstraint("display", "isbn", name=op.f("uq_displays_display_isbn")),
    )


def create_imports() -> None:
    op.create_table(
        "records",
        sa.Column("sender", sa.String(length=128), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("sent_at", TIMESTAMP, nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("source_priority", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "reference", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_isbn"), "records", ["isbn"], unique=False)
    op.create_table(
        "overrides",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_overrides_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", "field", name=op.f("pk_overrides")),
    )
    op.create_table(
        "cover_links",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("picture_date", sa.String(length=32), nullable=False),
        sa.Column("downloaded_version", sa.String(length=16), server_default="", nullable=False),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("last_modified", sa.Text(), server_default="", nullable=False),
        sa.Column("downloaded_picture_date", sa.String(length=32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_cover_links_isbn"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_cover_links")),
    )


def create_stock() -> None:
    op.create_table(
        "stock",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("reserved BETWEEN 0 AND on_hand", name=op.f("ck_stock_reserved")),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_stock_isbn")),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_stock")),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("moved_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_stock_movements_isbn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
        sa.UniqueConstraint("isbn", "kind", "cause", name=op.f("uq_stock_movements_isbn_kind_cause")),
    )


def create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("placed_at", TIMESTAMP, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("delivery_fee_minor", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment", sa.String(length=16), nullable=False),
        sa.Column("intent_id", sa.String(length=128), nullable=False),
        sa.Column("intent_version", sa.Integer(), nullable=False),
        sa.Column("superseded_intent_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("intent_status", sa.String(length=32), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("review_reason", sa.String(length=16), nullable=False),
        sa.Column("charge_id", sa.String(length=64), nullable=False),
        sa.Column("charge_method", sa.String(length=32), nullable=False),
        sa.Column("charge_brand", sa.String(length=32), nullable=False),
        sa.Column("charge_last4", sa.String(length=4), nullable=False),
        sa.Column("paid_at", TIMESTAMP, nullable=True),
        sa.Column("refreshed_at", TIMESTAMP, nullable=False),
        sa.Column("due_at", TIMESTAMP, nullable=True),
        sa.Column("failed_attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dispute", sa.String(length=32), server_default="", nullable=False),
        sa.Column("fraud_warning", sa.String(length=64), server_default="", nullable=False),
        sa.CheckConstraint("(payment = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_orders_paid_at")),
        sa.CheckConstraint(
            "payment IN ('open', 'processing', 'paid', 'cancelled')", name=op.f("ck_orders_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
        sa.UniqueConstraint("token", name=op.f("uq_orders_token")),
    )
    op.create_index(op.f("ix_orders_charge_id"), "orders", ["charge_id"], unique=False)
    op.create_index(op.f("ix_orders_due_at"), "orders", ["due_at"], unique=False)
    op.create_index(op.f("ix_orders_intent_id"), "orders", ["intent_id"], unique=False)
    op.create_index(op.f("ix_orders_payment_placed_at"), "orders", ["payment", "placed_at"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), server_default="shelf", nullable=False),
        sa.Column("to_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("not_before", TIMESTAMP, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.CheckConstraint("to_order BETWEEN 0 AND quantity", name=op.f("ck_order_lines_to_order")),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_order_lines_isbn")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_lines")),
    )
    op.create_index(op.f("ix_order_lines_isbn"), "order_lines", ["isbn"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("stripe_refund_id", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=64), nullable=False),
        sa.Column("requested_at", TIMESTAMP, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refunds_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"], unique=False)
    op.create_index(op.f("ix_refunds_stripe_refund_id"), "refunds", ["stripe_refund_id"], unique=False)
    op.create_table(
        "stripe_events",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("intent_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_events")),
    )
    op.create_index(op.f("ix_stripe_events_intent_id"), "stripe_events", ["intent_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("actor_hash", sa.String(length=64), nullable=False),
        sa.Column("at", TIMESTAMP, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(
        op.f("ix_attempts_kind_actor_hash_at"), "attempts", ["kind", "actor_hash", "at"], unique=False
    )


def create_counters() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.bulk_insert(counters, [{"name": name, "value": value} for name, value in COUNTERS])


def create_search() -> None:
    op.create_table(
        "facet_counts",
        sa.Column("token", TOKEN, nullable=False),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_facet_counts")),
    )
    op.create_table(
        "vocabulary",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_vocabulary")),
    )
    for statement in SQLITE_SEARCH if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_SEARCH:
        op.execute(statement)
