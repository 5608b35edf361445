"""Comparing a restored database with Stripe, and the payments whose orders it does not have"""

import sqlalchemy as sa
from alembic import op

revision = "0023_recoveries"
down_revision = "0022_index_of_series"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "recoveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("skipped_after", sa.Integer(), nullable=True),
        sa.Column("skipped_to", sa.Integer(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("skipped_to >= skipped_after", name=op.f("ck_recoveries_skipped_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    op.create_table(
        "lost_orders",
        sa.Column("intent_id", sa.String(length=128), nullable=False),
        sa.Column("recovery_id", sa.Integer(), server_default="0", nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("charge_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("refunded_minor", sa.Integer(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("books", sa.Text(), nullable=False),
        sa.Column("dispute", sa.String(length=32), server_default="", nullable=False),
        sa.Column("dispute_due_at", MOMENT, nullable=True),
        sa.Column("paid_at", MOMENT, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("refund_minor", sa.Integer(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("intent_id", name=op.f("pk_lost_orders")),
    )
