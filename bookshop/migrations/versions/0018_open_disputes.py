"""Leave closed disputes out of the index of what needs review"""

import sqlalchemy as sa
from alembic import op

revision = "0018_open_disputes"
down_revision = "0017_delivery_of_copies"

NEEDS_REVIEW = sa.text(
    "review_reason <> '' OR dispute NOT IN ('', 'won', 'warning_closed', 'prevented') OR fraud_warning <> ''"
)


def upgrade() -> None:
    op.drop_index("ix_orders_review", "orders")
    op.create_index(
        "ix_orders_review",
        "orders",
        ["placed_at", "review_reason", "dispute", "fraud_warning", "id"],
        sqlite_where=NEEDS_REVIEW,
        postgresql_where=NEEDS_REVIEW,
    )
