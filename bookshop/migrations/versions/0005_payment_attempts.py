"""Payment attempts, the orders of events, and the shop's own id"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005_payment_attempts"
down_revision = "0004_address_lines"
branch_labels = None
depends_on = None

TIMESTAMP = sa.DateTime(timezone=True)
# until now one column held the id of an intent or of a session, and a superseded one lay beside it
MOVE_ATTEMPTS = """
INSERT INTO payment_attempts (order_id, version, method, state, intent_id, session_id, secret_hash)
SELECT id,
       CASE WHEN superseded_intent_id = '' THEN intent_version ELSE intent_version - 1 END,
       CASE WHEN payment_id LIKE 'cs~_%' ESCAPE '~' THEN 'hosted' ELSE 'card_form' END,
       CASE WHEN superseded_intent_id = '' THEN 'current' ELSE 'superseded' END,
       CASE WHEN payment_id LIKE 'cs~_%' ESCAPE '~' THEN '' ELSE payment_id END,
       CASE WHEN payment_id LIKE 'cs~_%' ESCAPE '~' THEN payment_id ELSE '' END,
       ''
FROM (
    SELECT id, intent_version, superseded_intent_id,
           CASE WHEN superseded_intent_id = '' THEN intent_id ELSE superseded_intent_id END AS payment_id
    FROM orders
) AS earlier
"""
# an open order reads its payment when it is due; only what may follow a payment is still looked for
FIND_ORDERS_OF_EVENTS = """
UPDATE stripe_events SET order_id = COALESCE(
    (SELECT order_id FROM payment_attempts WHERE intent_id = stripe_events.intent_id LIMIT 1), '')
WHERE intent_id <> ''
"""
MARK_HANDLED = """
UPDATE stripe_events SET handled_at = received_at
WHERE order_id = '' AND type LIKE 'payment_intent.%'
   OR order_id = '' AND type LIKE 'checkout.session.%'
   OR EXISTS (SELECT 1 FROM orders WHERE id = order_id AND due_at IS NULL)
"""


def upgrade() -> None:
    create_attempts()
    op.execute(MOVE_ATTEMPTS)
    op.drop_index("ix_orders_intent_id", "orders")
    for name in ("intent_id", "intent_version", "superseded_intent_id"):
        op.drop_column("orders", name)
    extend_events()
    op.execute(FIND_ORDERS_OF_EVENTS)
    op.execute(MARK_HANDLED)
    identity = op.create_table(
        "identity",
        sa.Column("shop_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_identity")),
    )
    op.bulk_insert(identity, [{"shop_id": secrets.token_hex(16)}])


def create_attempts() -> None:
    op.create_table(
        "payment_attempts",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("intent_id", sa.String(length=128), nullable=False),
        sa.Column("session_id", sa.String(length=128), nullable=False),
        sa.Column("expires_at", TIMESTAMP, nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("method IN ('card_form', 'hosted')", name=op.f("ck_payment_attempts_method")),
        sa.CheckConstraint(
            "state IN ('current', 'superseded', 'closed')", name=op.f("ck_payment_attempts_state")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_attempts_order_id")),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("pk_payment_attempts")),
    )
    op.create_index(op.f("ix_payment_attempts_intent_id"), "payment_attempts", ["intent_id"])
    op.create_index(op.f("ix_payment_attempts_session_id"), "payment_attempts", ["session_id"])
    is_open = sa.text("state <> 'closed'")
    op.create_index(
        "uq_payment_attempts_open",
        "payment_attempts",
        ["order_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def extend_events() -> None:
    for name, length in (("charge_id", 64), ("order_id", 32)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("stripe_events", column)
    op.add_column("stripe_events", sa.Column("handled_at", TIMESTAMP, nullable=True))
    op.drop_index("ix_stripe_events_intent_id", "stripe_events")
    op.create_index(op.f("ix_stripe_events_order_id"), "stripe_events", ["order_id"])
    is_unhandled = sa.text("handled_at IS NULL")
    op.create_index(
        "ix_stripe_events_unhandled",
        "stripe_events",
        ["order_id"],
        sqlite_where=is_unhandled,
        postgresql_where=is_unhandled,
    )
