"""How often the payment page has read its payment from Stripe."""

import sqlalchemy as sa
from alembic import op

revision = "0006_page_reads"
down_revision = "0005_payment_attempts"


def upgrade() -> None:
    op.add_column("payment_attempts", sa.Column("reads_since", sa.DateTime(timezone=True)))
    op.add_column("payment_attempts", sa.Column("page_reads", sa.Integer, nullable=False, server_default="0"))
