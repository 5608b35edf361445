"""Comparing a restored database with Stripe, and the payments whose orders it does not have."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text

from bookshop.schema.columns import PAYMENT_ID, TIMESTAMP, metadata

# the numbers after `skipped_after`, up to `skipped_to`, were given after the backup and are never given
# again; no order gets a number until they are known
recoveries = Table(
    "recoveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("since", TIMESTAMP, nullable=False),
    Column("began_at", TIMESTAMP, nullable=False),
    Column("skipped_after", Integer),
    Column("skipped_to", Integer),
    Column("ended_at", TIMESTAMP),
    CheckConstraint("skipped_to >= skipped_after", name="skipped_to"),
)

# what Stripe knows of an order that the database does not have; `done_at` is when a person has dealt with it
lost_orders = Table(
    "lost_orders",
    metadata,
    Column("intent_id", PAYMENT_ID, primary_key=True),
    Column("recovery_id", Integer, nullable=False, server_default="0"),
    Column("order_id", String(64), nullable=False),
    Column("charge_id", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("amount_minor", Integer, nullable=False),
    Column("refunded_minor", Integer, nullable=False, server_default="0"),
    Column("currency", String(3), nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("books", Text, nullable=False),
    Column("dispute", String(32), nullable=False, server_default=""),
    Column("dispute_due_at", TIMESTAMP),
    Column("paid_at", TIMESTAMP, nullable=False),
    Column("found_at", TIMESTAMP, nullable=False),
    # what the shop has asked Stripe to send back, until Stripe has responded
    Column("refund_minor", Integer),
    Column("done_at", TIMESTAMP),
    Column("done_by", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
)
