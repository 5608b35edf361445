"""Order numbers and days of sale beside copies, by which lists of work are read a page at a time"""

import sqlalchemy as sa
from alembic import op

revision = "0011_work_lists"
down_revision = "0010_staff"

SET_NUMBERS_AND_DAYS = """
UPDATE order_copies SET
    order_number = (SELECT COALESCE(number, 0) FROM orders WHERE orders.id = order_copies.order_id),
    not_before = (
        SELECT not_before FROM order_lines
        WHERE order_lines.order_id = order_copies.order_id AND order_lines.position = order_copies.position
    )
"""


def upgrade() -> None:
    op.add_column("order_copies", sa.Column("order_number", sa.Integer(), server_default="0", nullable=False))
    op.add_column("order_copies", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.execute(SET_NUMBERS_AND_DAYS)
    for state in ("packed", "ready"):
        op.drop_index(f"ix_order_copies_{state}", "order_copies")
        create_queue(f"ix_order_copies_{state}", f"{state} > 0")
    create_queue("ix_order_copies_to_order_queue", "to_order > 0")
    create_queue("ix_order_copies_to_pack_queue", "in_stock > 0")
    create_queue("ix_order_copies_dated", "not_before IS NOT NULL AND to_order + in_stock + packed > 0")


def create_queue(name: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        name, "order_copies", ["order_number", "order_id"], sqlite_where=where, postgresql_where=where
    )
