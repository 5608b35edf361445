"""From whom copies are ordered, and when they were"""

import sqlalchemy as sa
from alembic import op

revision = "0015_order_list"
down_revision = "0014_order_terms"


def upgrade() -> None:
    op.add_column("book_details", sa.Column("supplier", sa.Text(), server_default="", nullable=False))
    op.add_column("order_copies", sa.Column("ordered_at", sa.DateTime(timezone=True)))
