"""Scans of books that are packed or received"""

import sqlalchemy as sa
from alembic import op

revision = "0012_scans"
down_revision = "0011_work_lists"


def upgrade() -> None:
    op.create_table(
        "scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scan_key", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=32)),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("isbn", sa.String(length=13), server_default="", nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("details", sa.Text(), server_default="{}", nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_scans_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
        sa.UniqueConstraint("scan_key", name=op.f("uq_scans_scan_key")),
    )
    op.create_index(op.f("ix_scans_order_id_id"), "scans", ["order_id", "id"])
