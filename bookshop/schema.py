"""Every table, constraint and index of the shop."""

from datetime import UTC, datetime

from sqlalchemy import (
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

books = Table(
    "books",
    metadata,
    Column("isbn", ISBN, primary_key=True),
    Column("title", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("form", String(2), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("published", String(10), nullable=False),
    Column("language", String(3), nullable=False),
    Column("description", Text, nullable=False),
    Column("price_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("shelf", String(32), nullable=False),
    Column("listed", Date, nullable=False),
    Column("search", Text, nullable=False),
    CheckConstraint("length(isbn) = 13", name="isbn"),
    CheckConstraint("price_minor >= 0", name="price"),
    Index(None, "shelf", "title"),
    Index(None, "listed"),
)

contributors = Table(
    "contributors",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(3), nullable=False),
    Column("name", Text, nullable=False),
)

subjects = Table(
    "subjects",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("code", String(12), nullable=False),
    Index(None, "code"),
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
    Column("closing_id", PAYMENT_ID, nullable=False, server_default=""),
    Column("intent_status", String(32), nullable=False),
    Column("failure", Text, nullable=False),
    Column("held", String(16), nullable=False),
    Column("charge_id", String(64), nullable=False),
    Column("charge_method", String(32), nullable=False),
    Column("charge_brand", String(32), nullable=False),
    Column("charge_last4", String(4), nullable=False),
    Column("paid_at", MOMENT),
    Column("asked_at", MOMENT, nullable=False),
    Column("due_at", MOMENT),
    Column("tries", Integer, nullable=False, server_default="0"),
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
    Column("asked_at", MOMENT, nullable=False),
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
    Column("who", String(64), nullable=False),
    Column("at", MOMENT, nullable=False),
    Index(None, "kind", "who", "at"),
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
    CheckConstraint("quantity > 0", name="quantity"),
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
