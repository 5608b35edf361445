"""What the sweeper, refunds, disputes and limits need"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("orders") as orders:
        orders.alter_column("intent_id", existing_type=sa.String(length=64), type_=sa.String(length=128))
        orders.add_column(sa.Column("closing_id", sa.String(length=128), server_default="", nullable=False))
        orders.add_column(sa.Column("due_at", MOMENT, nullable=True))
        orders.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
        orders.add_column(sa.Column("dispute", sa.String(length=32), server_default="", nullable=False))
        orders.add_column(sa.Column("fraud_warning", sa.String(length=64), server_default="", nullable=False))
        orders.create_index(orders.f("ix_orders_due_at"), ["due_at"], unique=False)
        orders.create_index(orders.f("ix_orders_charge_id"), ["charge_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("refund_id", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=64), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_refunds_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    op.create_index(op.f("ix_refunds_order_id"), "refunds", ["order_id"], unique=False)
    op.create_index(op.f("ix_refunds_refund_id"), "refunds", ["refund_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_kind_who_at"), "attempts", ["kind", "who", "at"], unique=False)
    # orders that were open before there was a sweeper: it looks at them first
    op.execute("UPDATE orders SET due_at = placed_at WHERE payment IN ('open', 'processing')")
    op.execute("INSERT INTO counters (name, value) VALUES ('events-claimed', 0), ('events-read', 0)")
    with op.batch_alter_table("stripe_events") as events:
        events.drop_index(events.f("ix_stripe_events_handled_at"))
        events.drop_column("handled_at")
        events.create_index(events.f("ix_stripe_events_intent_id"), ["intent_id"], unique=False)
