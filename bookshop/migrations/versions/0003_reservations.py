"""Whose an unpaid order is, since when it reserves its books, and why it was cancelled"""

import sqlalchemy as sa
from alembic import op

revision = "0003_reservations"
down_revision = "0002_order_basket"
branch_labels = None
depends_on = None

TIMESTAMP = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("orders", sa.Column("cancel_reason", sa.String(32), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("shopper_hash", sa.String(64)))
    op.add_column("orders", sa.Column("network_hash", sa.String(64), nullable=False, server_default=""))
    op.add_column("orders", sa.Column("reserved_from", TIMESTAMP))
    op.add_column("orders", sa.Column("payment_began_at", TIMESTAMP))
    op.create_index(op.f("ix_orders_shopper_hash"), "orders", ["shopper_hash"], unique=True)
    op.create_index(op.f("ix_orders_network_hash_placed_at"), "orders", ["network_hash", "placed_at"])
    op.execute(
        "UPDATE orders SET cancel_reason = failure, failure = ''"
        " WHERE payment = 'cancelled' AND failure = 'too_many_failures'"
    )
    # these were promised the whole time
    op.execute("UPDATE orders SET payment_began_at = placed_at WHERE payment IN ('open', 'processing')")
