"""How many copies of each book the shop has, and every change of that."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    func,
)

from bookshop.schema.columns import ISBN, TIMESTAMP, metadata

stock = Table(
    "stock",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn"), primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    # those of the reserved copies that are paid, and wait to be packed
    Column("paid", Integer, nullable=False, server_default="0"),
    CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved"),
    CheckConstraint("paid BETWEEN 0 AND reserved", name="paid"),
)
# 0 for a book that has no row of stock
AVAILABLE_COPIES = func.coalesce(stock.c.on_hand - stock.c.reserved, 0)
# of orders that may yet be cancelled without a payment
RESERVED_COPIES = func.coalesce(stock.c.reserved - stock.c.paid, 0)

# `cause` is the order, action, refund or count; its key makes sure that each change happens only once
stock_movements = Table(
    "stock_movements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("isbn", ISBN, ForeignKey("books.isbn"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("cause", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("moved_at", TIMESTAMP, nullable=False),
    # of the order that moved it; empty for others
    Column("order_id", String(32), nullable=False, server_default=""),
    Index(None, "order_id"),
    UniqueConstraint("isbn", "kind", "cause"),
)
