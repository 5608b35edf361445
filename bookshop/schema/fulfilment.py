"""Where the copies of a paid order are, its parcels, and what was done with it."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from bookshop.schema.columns import ISBN, TIMESTAMP, metadata

QUEUE = ("order_number", "order_id")
BY_DELIVERY = ("delivery", *QUEUE)
IS_DATED = text("not_before IS NOT NULL AND to_order + in_stock + packed > 0")

# how many copies of a line are in each state; together they are the line's quantity
order_copies = Table(
    "order_copies",
    metadata,
    Column("order_id", String(32), ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("isbn", ISBN, ForeignKey("books.isbn"), nullable=False),
    Column("to_order", Integer, nullable=False, server_default="0"),
    Column("in_stock", Integer, nullable=False, server_default="0"),
    Column("packed", Integer, nullable=False, server_default="0"),
    Column("ready", Integer, nullable=False, server_default="0"),
    Column("shipped", Integer, nullable=False, server_default="0"),
    Column("collected", Integer, nullable=False, server_default="0"),
    Column("cancelled", Integer, nullable=False, server_default="0"),
    Column("returned", Integer, nullable=False, server_default="0"),
    # when the copies to be ordered, or not published yet, are promised
    Column("expected_at", TIMESTAMP),
    # when they were ordered from a supplier
    Column("ordered_at", TIMESTAMP),
    # of the order and its line, so that a list of work is read from an index, a page at a time
    Column("order_number", Integer, nullable=False, server_default="0"),
    Column("not_before", TIMESTAMP),
    Column("delivery", String(16), nullable=False, server_default=""),
    CheckConstraint(
        "to_order >= 0 AND in_stock >= 0 AND packed >= 0 AND ready >= 0 AND shipped >= 0"
        " AND collected >= 0 AND cancelled >= 0 AND returned >= 0",
        name="copies",
    ),
    # PostgreSQL's indexes have the conditions too, as that of payment_attempts
    Index("ix_order_copies_to_order", "isbn", sqlite_where=text("to_order > 0")),
    Index("ix_order_copies_in_stock", "isbn", sqlite_where=text("in_stock > 0")),
    Index("ix_order_copies_to_order_queue", *QUEUE, sqlite_where=text("to_order > 0")),
    Index("ix_order_copies_to_pack_queue", *QUEUE, sqlite_where=text("in_stock > 0")),
    Index("ix_order_copies_packed", *QUEUE, sqlite_where=text("packed > 0")),
    Index("ix_order_copies_ready", *QUEUE, sqlite_where=text("ready > 0")),
    Index("ix_order_copies_dated", *QUEUE, sqlite_where=IS_DATED),
    Index("ix_order_copies_to_order_by_delivery", *BY_DELIVERY, sqlite_where=text("to_order > 0")),
    Index("ix_order_copies_to_pack_by_delivery", *BY_DELIVERY, sqlite_where=text("in_stock > 0")),
    Index("ix_order_copies_packed_by_delivery", *BY_DELIVERY, sqlite_where=text("packed > 0")),
    Index("ix_order_copies_dated_by_delivery", *BY_DELIVERY, sqlite_where=IS_DATED),
    Index("ix_order_copies_gone", "order_number", sqlite_where=text("cancelled + returned > 0")),
    Index("ix_order_copies_day_of_sale", "not_before", sqlite_where=IS_DATED),
)

parcels = Table(
    "parcels",
    metadata,
    Column("order_id", String(32), ForeignKey("orders.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("carrier", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("shipped_at", TIMESTAMP, nullable=False),
)

parcel_copies = Table(
    "parcel_copies",
    metadata,
    Column("order_id", String(32), primary_key=True),
    Column("parcel", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("quantity", Integer, nullable=False),
    ForeignKeyConstraint(["order_id", "parcel"], ["parcels.order_id", "parcels.number"]),
    CheckConstraint("quantity > 0", name="quantity"),
)

# what staff and the shopper did with an order; the last version is the order's, which every form carries
timeline = Table(
    "timeline",
    metadata,
    Column("order_id", String(32), ForeignKey("orders.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("action", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", TIMESTAMP, nullable=False),
    # JSON, by which the action can be shown and undone
    Column("details", Text, nullable=False, server_default="{}"),
)

# changes and withdrawals that shoppers ask for; a withdrawal may name an order that does not exist
shopper_requests = Table(
    "shopper_requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    # the same request sent twice has the same key
    Column("request_key", String(128), nullable=False, unique=True),
    Column("order_id", String(32), ForeignKey("orders.id")),
    Column("reference", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("message", Text, nullable=False),
    # JSON: position to quantity; empty for the whole order
    Column("copies", Text, nullable=False, server_default="{}"),
    Column("received_at", TIMESTAMP, nullable=False),
    Column("closed_at", TIMESTAMP),
    CheckConstraint("kind IN ('change', 'withdrawal')", name="kind"),
    Index(None, "order_id"),
    Index("ix_shopper_requests_open", "received_at", sqlite_where=text("closed_at IS NULL")),
)
