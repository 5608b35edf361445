"""What sells, and what is bought together; nothing about single shoppers."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, func, text

from bookshop.schema.columns import ISBN, metadata

# how many copies of a book the orders of the last months have; see sales/count_sales.py
sales = Table(
    "sales",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("copies", Integer, nullable=False),
    # those of the copies that were cancelled or returned
    Column("cancelled", Integer, nullable=False, server_default="0"),
    CheckConstraint("copies >= 0 AND cancelled >= 0", name="copies"),
)
# 0 for a book that has no row
COPIES_SOLD = func.coalesce(sales.c.copies - sales.c.cancelled, 0)

# fewer shoppers could be known by what they bought
MAY_BE_NAMED = text("shoppers >= 5")
# how many different shoppers bought both books in one order; each pair is there both ways
bought_together = Table(
    "bought_together",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("other", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("shoppers", Integer, nullable=False),
    CheckConstraint("shoppers > 0", name="shoppers"),
    # PostgreSQL's has the condition too
    Index("ix_bought_together_shown", "isbn", "shoppers", sqlite_where=MAY_BE_NAMED),
)
