"""What was scanned while orders are packed and copies are received."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bookshop.schema.columns import ISBN, TIMESTAMP, metadata

# those of an order are in its box until it is packed; those without an order are of copies that arrived
scans = Table(
    "scans",
    metadata,
    Column("id", Integer, primary_key=True),
    # the same form sent twice has the same key
    Column("scan_key", String(64), nullable=False, unique=True),
    Column("order_id", String(32), ForeignKey("orders.id")),
    Column("outcome", String(16), nullable=False),
    Column("code", Text, nullable=False),
    Column("isbn", ISBN, nullable=False, server_default=""),
    # below zero for copies that were taken out of the box
    Column("quantity", Integer, nullable=False),
    # JSON, by which the outcome is told
    Column("details", Text, nullable=False, server_default="{}"),
    Column("actor", Text, nullable=False),
    Column("at", TIMESTAMP, nullable=False),
    Index(None, "order_id", "id"),
)
