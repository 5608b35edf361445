"""Find an order's unhandled events, and the recent ones without an order, by one index."""

from alembic import op

revision = "0007_index_of_events"
down_revision = "0006_page_reads"


def upgrade() -> None:
    op.drop_index("ix_stripe_events_unhandled", "stripe_events")
    op.drop_index("ix_stripe_events_order_id", "stripe_events")
    op.create_index(
        op.f("ix_stripe_events_order_id_handled_at_received_at"),
        "stripe_events",
        ["order_id", "handled_at", "received_at"],
    )
