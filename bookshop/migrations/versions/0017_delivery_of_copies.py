"""How orders reach the shopper beside their copies, and indexes that hold what lists of work ask for"""

import sqlalchemy as sa
from alembic import op

revision = "0017_delivery_of_copies"
down_revision = "0016_reviews"

SET_DELIVERY = """
UPDATE order_copies SET delivery = (SELECT delivery FROM orders WHERE orders.id = order_copies.order_id)
"""
IS_DATED = "not_before IS NOT NULL AND to_order + in_stock + packed > 0"


def upgrade() -> None:
    op.add_column(
        "order_copies", sa.Column("delivery", sa.String(length=16), server_default="", nullable=False)
    )
    op.execute(SET_DELIVERY)
    for name, condition in (
        ("to_order", "to_order > 0"),
        ("to_pack", "in_stock > 0"),
        ("packed", "packed > 0"),
        ("dated", IS_DATED),
    ):
        columns = ["delivery", "order_number", "order_id"]
        create_partial_index(f"ix_order_copies_{name}_by_delivery", "order_copies", columns, condition)
    create_partial_index("ix_order_copies_day_of_sale", "order_copies", ["not_before"], IS_DATED)
    op.drop_index("ix_orders_review", "orders")
    create_partial_index(
        "ix_orders_review",
        "orders",
        ["placed_at", "review_reason", "dispute", "fraud_warning", "id"],
        "review_reason <> '' OR dispute <> '' OR fraud_warning <> ''",
    )
    op.drop_index("ix_mails_not_sent", "mails")
    columns = ["state", "id", "order_id", "created_at"]
    create_partial_index("ix_mails_not_sent", "mails", columns, "state NOT IN ('sent', 'kept')")


def create_partial_index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
