"""How many copies of each book the shop has, and every change of that."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, UniqueConstraint, func

from bookshop.schema.columns import ISBN, TIMESTAMP, metadata

stock = Table(
    "stock",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn"), primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved"),
)
# 0 for a book that has no row of stock
AVAILABLE_COPIES = func.coalesce(stock.c.on_hand - stock.c.reserved, 0)
RESERVED_COPIES = func.coalesce(stock.c.reserved, 0)

# `cause` is the id of the order, refund or count; its key makes sure that each change happens only once
stock_movements = Table(
    "stock_movements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("isbn", ISBN, ForeignKey("books.isbn"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("cause", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("moved_at", TIMESTAMP, nullable=False),
    UniqueConstraint("isbn", "kind", "cause"),
)
