"""Orders, their payments and refunds."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bookshop.schema.columns import ISBN, PAYMENT_ID, TIMESTAMP, metadata

orders = Table(
    "orders",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("number", Integer, unique=True),
    Column("placed_at", TIMESTAMP, nullable=False),
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
    Column("intent_status", String(32), nullable=False),
    Column("failure", Text, nullable=False),
    Column("review_reason", String(16), nullable=False),
    Column("charge_id", String(64), nullable=False),
    Column("charge_method", String(32), nullable=False),
    Column("charge_brand", String(32), nullable=False),
    Column("charge_last4", String(4), nullable=False),
    Column("paid_at", TIMESTAMP),
    Column("refreshed_at", TIMESTAMP, nullable=False),
    Column("due_at", TIMESTAMP),
    Column("failed_attempts", Integer, nullable=False, server_default="0"),
    Column("dispute", String(32), nullable=False, server_default=""),
    # by when Stripe must have the answer to the dispute
    Column("dispute_due_at", TIMESTAMP),
    Column("fraud_warning", String(64), nullable=False, server_default=""),
    Column("basket_id", String(16), nullable=False, server_default=""),
    Column("cancel_reason", String(32), nullable=False, server_default=""),
    # keyed hashes, never an id or an address; only a shopper's current order has the first
    Column("shopper_hash", String(64)),
    Column("network_hash", String(64), nullable=False, server_default=""),
    Column("reserved_from", TIMESTAMP),
    Column("payment_began_at", TIMESTAMP),
    Column("unit", Text, nullable=False, server_default=""),
    Column("region", Text, nullable=False, server_default=""),
    CheckConstraint("payment IN ('open', 'processing', 'paid', 'cancelled')", name="payment"),
    CheckConstraint("(payment = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
    Index(None, "payment", "placed_at"),
    Index(None, "due_at"),
    Index(None, "charge_id"),
    # a shopper has one order at a time that waits to be paid
    Index(None, "shopper_hash", unique=True),
    Index(None, "network_hash", "placed_at"),
    # PostgreSQL's has the condition too; all that the list of reviews asks for, so that it reads no orders
    Index(
        "ix_orders_review",
        "placed_at",
        "review_reason",
        "dispute",
        "fraud_warning",
        "id",
        sqlite_where=text(
            "review_reason <> '' OR dispute NOT IN ('', 'won', 'warning_closed', 'prevented')"
            " OR fraud_warning <> ''"
        ),
    ),
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
    Column("not_before", TIMESTAMP),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("to_order BETWEEN 0 AND quantity", name="to_order"),
    Index(None, "isbn"),
)

# the words of an order's name, its email address and its ISBNs; the newest order of a term is found first
order_terms = Table(
    "order_terms",
    metadata,
    # PostgreSQL: terms that begin alike are a range in the order of their bytes
    Column("term", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
    Column("placed_at", TIMESTAMP, primary_key=True),
    Column("order_id", String(32), primary_key=True),
    sqlite_with_rowid=False,
)

# the order and the version make the idempotency key; the client secret is not stored, only its hash
payment_attempts = Table(
    "payment_attempts",
    metadata,
    Column("order_id", String(32), ForeignKey("orders.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("method", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("intent_id", PAYMENT_ID, nullable=False),
    Column("session_id", PAYMENT_ID, nullable=False),
    Column("expires_at", TIMESTAMP),
    Column("secret_hash", String(64), nullable=False),
    # how often the payment page has read the payment from Stripe since then
    Column("reads_since", TIMESTAMP),
    Column("page_reads", Integer, nullable=False, server_default="0"),
    CheckConstraint("method IN ('card_form', 'hosted')", name="method"),
    CheckConstraint("state IN ('current', 'superseded', 'closed')", name="state"),
    Index(None, "intent_id"),
    # PostgreSQL's has the condition too: it would read the whole table for a column that is mostly empty
    Index("ix_payment_attempts_session_id", "session_id", sqlite_where=text("session_id <> ''")),
    # an order is never paid in two ways at once
    Index(
        "uq_payment_attempts_open",
        "order_id",
        unique=True,
        # PostgreSQL's index has it too; to name it here, every shop would load that dialect: 2 MB
        sqlite_where=text("state <> 'closed'"),
    ),
)

# `id` is the idempotency key of the request to Stripe; `stripe_refund_id` is empty until Stripe has responded
refunds = Table(
    "refunds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("order_id", String(32), ForeignKey("orders.id"), nullable=False),
    Column("stripe_refund_id", String(64), nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("failure", String(64), nullable=False),
    Column("requested_at", TIMESTAMP, nullable=False),
    # a person has yet to decide what becomes of it, or of its copies
    Column("needs_review", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint("amount_minor > 0", name="amount"),
    Index(None, "order_id"),
    Index("ix_refunds_needs_review", "order_id", sqlite_where=text("needs_review")),
    Index(None, "stripe_refund_id"),
)

# `order_id` is empty until an order is known by one of the event's ids; `handled_at` until it was processed
stripe_events = Table(
    "stripe_events",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("type", String(64), nullable=False),
    Column("intent_id", String(64), nullable=False),
    Column("charge_id", String(64), nullable=False, server_default=""),
    Column("order_id", String(32), nullable=False, server_default=""),
    Column("received_at", TIMESTAMP, nullable=False),
    Column("handled_at", TIMESTAMP),
    Index(None, "order_id", "handled_at", "received_at"),
)

# the random id by which this shop's payments are found at Stripe; one row
identity = Table("identity", metadata, Column("shop_id", String(32), primary_key=True))

# attempts that count against a limit; `actor_hash` is a keyed hash, never an address
attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("actor_hash", String(64), nullable=False),
    Column("at", TIMESTAMP, nullable=False),
    Index(None, "kind", "actor_hash", "at"),
)
