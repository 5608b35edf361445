"""Every table, constraint and index of the shop."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ISBN = String(13)


class Moment(TypeDecorator[datetime]):
    """A point in time with its zone, which SQLite does not keep: everything is written in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and not value.tzinfo else value


MOMENT = Moment()
# a PaymentIntent's id or a hosted page's session
PAYMENT_ID = String(128)

# `published`, `expected` are as exact as they are known: YYYY, YYYY-MM or YYYY-MM-DD; a price of 0 is none,
# `rank` orders every list and is the book's id in the search index: see `search/rank.py`.
books = Table(
    "books",
    metadata,
    Column("isbn", ISBN, primary_key=True),
    Column("title", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("form", String(2), nullable=False),
    Column("form_detail", String(4), nullable=False, server_default=""),
    Column("pages", Integer, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("publisher_key", Text, nullable=False, server_default=""),
    Column("imprint", Text, nullable=False, server_default=""),
    Column("published", String(10), nullable=False),
    Column("language", String(3), nullable=False),
    Column("blurb", Text, nullable=False, server_default=""),
    Column("price_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("category", String(32), nullable=False),
    Column("listed", Date, nullable=False),
    Column("series", Text, nullable=False, server_default=""),
    Column("series_number", String(32), nullable=False, server_default=""),
    Column("series_key", Text, nullable=False, server_default=""),
    Column("work", String(128), nullable=False, server_default=""),
    Column("supply", String(2), nullable=False, server_default=""),
    Column("expected", String(10), nullable=False, server_default=""),
    Column("lead_days", Integer),
    Column("on_sale", MOMENT),
    Column("preorders_from", MOMENT),
    Column("is_listed", Boolean, nullable=False, server_default=text("true")),
    Column("may_sell", Boolean, nullable=False, server_default=text("true")),
    Column("cover", String(16), nullable=False, server_default=""),
    Column("cover_width", Integer, nullable=False, server_default="0"),
    Column("cover_height", Integer, nullable=False, server_default="0"),
    Column("rank", BigInteger),
    Column("changes_on", Date),
    CheckConstraint("length(isbn) = 13", name="isbn"),
    CheckConstraint("price_minor >= 0", name="price"),
    Index(None, "category", "rank"),
    Index(None, "listed", "isbn"),
    Index(None, "published"),
    Index(None, "work"),
    Index(None, "changes_on"),
    Index(None, "rank", unique=True),
)

# what only the book's own page shows; descriptions are HTML that has been cleaned when it came in
book_details = Table(
    "book_details",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("contents", Text, nullable=False, server_default=""),
    Column("keywords", Text, nullable=False, server_default=""),
    Column("edition", Text, nullable=False, server_default=""),
    Column("height_mm", Integer),
    Column("width_mm", Integer),
    Column("thickness_mm", Integer),
    Column("weight_g", Integer),
    Column("ages", String(16), nullable=False, server_default=""),
    Column("is_fixed_price", Boolean, nullable=False, server_default=text("false")),
    Column("safety_name", Text, nullable=False, server_default=""),
    Column("safety_address", Text, nullable=False, server_default=""),
    Column("safety_email", Text, nullable=False, server_default=""),
)

contributors = Table(
    "contributors",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(3), nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, server_default=""),
    Column("biography", Text, nullable=False, server_default=""),
    Column("isni", String(16), nullable=False, server_default=""),
    Index(None, "key"),
)

# `scheme` is of ONIX list 27: see trade/subject_schemes.py
subjects = Table(
    "subjects",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("scheme", String(2), nullable=False, server_default="93"),
    Column("code", String(16), nullable=False),
    Index(None, "code"),
)

subject_headings = Table(
    "subject_headings",
    metadata,
    Column("scheme", String(2), primary_key=True),
    Column("code", String(16), primary_key=True),
    Column("heading", Text, nullable=False),
)

# `code` is of ONIX list 51; the other book may be one that nobody has told us of
related = Table(
    "related",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("code", String(2), primary_key=True),
    Column("other", ISBN, primary_key=True),
    Index(None, "other"),
)

# values that a bookseller set; they replace imported values, and no import changes them
overrides = Table(
    "overrides",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("field", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    Column("set_at", MOMENT, nullable=False),
)

# each sender's latest record of a product, block by block; a book's rows are derived from these
records = Table(
    "records",
    metadata,
    Column("sender", String(128), primary_key=True),
    Column("reference", String(128), primary_key=True),
    Column("isbn", ISBN, nullable=False),
    Column("sent_at", MOMENT, nullable=False),
    Column("digest", String(40), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("is_retired", Boolean, nullable=False),
    Column("blocks", Text, nullable=False),
    Index(None, "isbn"),
)

# how many listed books have each facet, kept by whoever changes the search index
facet_counts = Table(
    "facet_counts",
    metadata,
    # PostgreSQL: the facets of one kind are a range of tokens in the order of their bytes
    Column("token", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
    Column("books", Integer, nullable=False),
)

# every word that a book was ever found by, against slips of the finger
vocabulary = Table("vocabulary", metadata, Column("word", Text, primary_key=True))

# where senders say that pictures are, and what was heard when one was last taken from there
cover_links = Table(
    "cover_links",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("link", Text, nullable=False),
    Column("updated", String(32), nullable=False),
    Column("version", String(16), nullable=False, server_default=""),
    Column("etag", Text, nullable=False, server_default=""),
    Column("modified", Text, nullable=False, server_default=""),
    Column("seen", String(32), nullable=False, server_default=""),
)

displays = Table(
    "displays",
    metadata,
    Column("display", String(16), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), nullable=False),
    Column("note", Text, nullable=False),
    Column("note_by", Text, nullable=False),
    UniqueConstraint("display", "isbn"),
)

stock = Table(
    "stock",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn"), primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved"),
)
# of a book, whether it is joined with a row of stock or not
AVAILABLE_COPIES = func.coalesce(stock.c.on_hand - stock.c.reserved, 0)

# `reason` is unique for what it means: «order 7 took this book» happens once, whoever says it how often
stock_movements = Table(
    "stock_movements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("isbn", ISBN, ForeignKey("books.isbn"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("moved_at", MOMENT, nullable=False),
    UniqueConstraint("isbn", "kind", "reason"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("number", Integer, unique=True),
    Column("placed_at", MOMENT, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("delivery", String(16), nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("delivery_fee_minor", Integer, nullable=False),
    Column("total_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("payment", String(16), nullable=False),
    Column("intent_id", PAYMENT_ID, nullable=False),
    Column("intent_version", Integer, nullable=False),
    Column("superseded_intent_id", PAYMENT_ID, nullable=False, server_default=""),
    Column("intent_status", String(32), nullable=False),
    Column("failure", Text, nullable=False),
    Column("review_reason", String(16), nullable=False),
    Column("charge_id", String(64), nullable=False),
    Column("charge_method", String(32), nullable=False),
    Column("charge_brand", String(32), nullable=False),
    Column("charge_last4", String(4), nullable=False),
    Column("paid_at", MOMENT),
    Column("refreshed_at", MOMENT, nullable=False),
    Column("due_at", MOMENT),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Column("dispute", String(32), nullable=False, server_default=""),
    Column("fraud_warning", String(64), nullable=False, server_default=""),
    CheckConstraint("payment IN ('open', 'processing', 'paid', 'cancelled')", name="payment"),
    CheckConstraint("(payment = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
    Index(None, "intent_id"),
    Index(None, "payment", "placed_at"),
    Index(None, "due_at"),
    Index(None, "charge_id"),
)

# `id` is the key by which Stripe knows a repeated request; `refund_id` is its own, empty until it answered
refunds = Table(
    "refunds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("refund_id", String(64), nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("failure", String(64), nullable=False),
    Column("requested_at", MOMENT, nullable=False),
    CheckConstraint("amount_minor > 0", name="amount"),
    Index(None, "order_id"),
    Index(None, "refund_id"),
)

# what somebody tried, to be counted against a limit; `who` is a keyed hash, never an address
attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("actor_hash", String(64), nullable=False),
    Column("at", MOMENT, nullable=False),
    Index(None, "kind", "actor_hash", "at"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", String(32), ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("isbn", ISBN, ForeignKey("books.isbn"), nullable=False),
    Column("title", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("price_minor", Integer, nullable=False),
    Column("kind", String(16), nullable=False, server_default="shelf"),
    Column("to_order", Integer, nullable=False, server_default="0"),
    Column("days", Integer),
    Column("not_before", MOMENT),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("to_order BETWEEN 0 AND quantity", name="to_order"),
    Index(None, "isbn"),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("value", Integer, nullable=False),
)

stripe_events = Table(
    "stripe_events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("intent_id", String(64), nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Index(None, "intent_id"),
)
