"""By when a dispute must be answered, and which refunds a person must look at"""

import sqlalchemy as sa
from alembic import op

revision = "0016_reviews"
down_revision = "0015_order_list"
# the shop's own refunds have taken their copies back, or left them with the shopper on purpose
REVIEW_REFUNDS_AT_STRIPE = """
UPDATE refunds SET needs_review = true
WHERE id = stripe_refund_id AND status <> 'failed' AND EXISTS (
    SELECT 1 FROM order_copies
    WHERE order_copies.order_id = refunds.order_id AND to_order + in_stock + packed + ready > 0
) AND NOT EXISTS (
    SELECT 1 FROM stock_movements
    WHERE stock_movements.order_id = refunds.order_id AND kind IN ('sold', 'passed_on')
)
"""


def upgrade() -> None:
    op.add_column("orders", sa.Column("dispute_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "refunds", sa.Column("needs_review", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute(REVIEW_REFUNDS_AT_STRIPE)
    where = sa.text("needs_review")
    op.create_index(
        "ix_refunds_needs_review", "refunds", ["order_id"], sqlite_where=where, postgresql_where=where
    )
