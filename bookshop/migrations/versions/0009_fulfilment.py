"""The copies of paid orders, parcels, what was done with an order, shoppers' requests, and mail"""

import sqlalchemy as sa
from alembic import op

revision = "0009_fulfilment"
down_revision = "0008_applied_notifications"

TIMESTAMP = sa.DateTime(timezone=True)
STATES = ("to_order", "in_stock", "packed", "ready", "shipped", "collected", "cancelled", "returned")
# until now copies left the stock when they were paid
PACK_PAID_ORDERS = """
INSERT INTO order_copies (order_id, position, isbn, packed, returned)
SELECT order_lines.order_id, order_lines.position, order_lines.isbn,
    order_lines.quantity - COALESCE(back.copies, 0), COALESCE(back.copies, 0)
FROM order_lines JOIN orders ON orders.id = order_lines.order_id
LEFT JOIN (
    SELECT order_id, isbn, SUM(quantity) AS copies FROM stock_movements
    WHERE kind = 'returned' AND order_id <> '' GROUP BY order_id, isbn
) AS back ON back.order_id = order_lines.order_id AND back.isbn = order_lines.isbn
WHERE orders.payment = 'paid'
"""
# these copies were ordered in, and given to the shopper without being in stock
KEEP_ORDERED_COPIES = """
INSERT INTO stock_movements (isbn, kind, cause, order_id, quantity, moved_at)
SELECT order_lines.isbn, 'passed_on', orders.id, orders.id, order_lines.to_order, orders.paid_at
FROM order_lines JOIN orders ON orders.id = order_lines.order_id
WHERE orders.payment = 'paid' AND order_lines.to_order > 0
"""
SET_ORDERS_OF_MOVEMENTS = """
UPDATE stock_movements SET order_id = CASE
    WHEN kind = 'returned' THEN
        COALESCE((SELECT refunds.order_id FROM refunds WHERE refunds.id = stock_movements.cause), '')
    ELSE stock_movements.cause END
WHERE kind IN ('reserved', 'released', 'sold', 'returned')
"""


def upgrade() -> None:
    create_order_copies()
    create_parcels()
    create_timeline()
    create_shopper_requests()
    create_mails()
    add_paid_copies()
    column = sa.Column("order_id", sa.String(length=32), server_default="", nullable=False)
    op.add_column("stock_movements", column)
    op.execute(SET_ORDERS_OF_MOVEMENTS)
    op.create_index(op.f("ix_stock_movements_order_id"), "stock_movements", ["order_id"])
    op.execute(PACK_PAID_ORDERS)
    op.execute(KEEP_ORDERED_COPIES)
    create_partial_index(
        "ix_orders_review",
        "orders",
        "placed_at",
        "review_reason <> '' OR dispute <> '' OR fraud_warning <> ''",
    )


def add_paid_copies() -> None:
    # SQLite copies the table, and would leave out its check
    is_reserved = sa.CheckConstraint("reserved BETWEEN 0 AND on_hand", name=op.f("ck_stock_reserved"))
    with op.batch_alter_table("stock", table_args=(is_reserved,)) as table:
        table.add_column(sa.Column("paid", sa.Integer(), server_default="0", nullable=False))
        table.create_check_constraint(op.f("ck_stock_paid"), "paid BETWEEN 0 AND reserved")


def create_order_copies() -> None:
    op.create_table(
        "order_copies",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        *(sa.Column(state, sa.Integer(), server_default="0", nullable=False) for state in STATES),
        sa.Column("expected_at", TIMESTAMP, nullable=True),
        sa.CheckConstraint(
            " AND ".join(f"{state} >= 0" for state in STATES), name=op.f("ck_order_copies_copies")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_copies_order_id")),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_order_copies_isbn")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_copies")),
    )
    create_partial_index("ix_order_copies_to_order", "order_copies", "isbn", "to_order > 0")
    create_partial_index("ix_order_copies_in_stock", "order_copies", "isbn", "in_stock > 0")
    create_partial_index("ix_order_copies_packed", "order_copies", "order_id", "packed > 0")
    create_partial_index("ix_order_copies_ready", "order_copies", "order_id", "ready > 0")


def create_partial_index(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


def create_parcels() -> None:
    op.create_table(
        "parcels",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("shipped_at", TIMESTAMP, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_parcels_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_parcels")),
    )
    op.create_table(
        "parcel_copies",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("parcel", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_parcel_copies_quantity")),
        sa.ForeignKeyConstraint(
            ["order_id", "parcel"],
            ["parcels.order_id", "parcels.number"],
            name=op.f("fk_parcel_copies_order_id"),
        ),
        sa.PrimaryKeyConstraint("order_id", "parcel", "position", name=op.f("pk_parcel_copies")),
    )


def create_timeline() -> None:
    op.create_table(
        "timeline",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", TIMESTAMP, nullable=False),
        sa.Column("details", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_timeline_order_id")),
        sa.PrimaryKeyConstraint("order_id", "version", name=op.f("pk_timeline")),
    )


def create_shopper_requests() -> None:
    op.create_table(
        "shopper_requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("request_key", sa.String(length=128), nullable=False),
        sa.Column("order_id", sa.String(length=32), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("copies", sa.Text(), server_default="{}", nullable=False),
        sa.Column("received_at", TIMESTAMP, nullable=False),
        sa.Column("closed_at", TIMESTAMP, nullable=True),
        sa.CheckConstraint("kind IN ('change', 'withdrawal')", name=op.f("ck_shopper_requests_kind")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_shopper_requests_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shopper_requests")),
        sa.UniqueConstraint("request_key", name=op.f("uq_shopper_requests_request_key")),
    )
    op.create_index(op.f("ix_shopper_requests_order_id"), "shopper_requests", ["order_id"])
    create_partial_index("ix_shopper_requests_open", "shopper_requests", "received_at", "closed_at IS NULL")


def create_mails() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(length=32), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("occurrence", sa.String(length=64), server_default="", nullable=False),
        sa.Column("details", sa.Text(), server_default="{}", nullable=False),
        sa.Column("recipient", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("plain", sa.Text(), server_default="", nullable=False),
        sa.Column("html", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), server_default="queued", nullable=False),
        sa.Column("created_at", TIMESTAMP, nullable=False),
        sa.Column("due_at", TIMESTAMP, nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("doubts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("sent_at", TIMESTAMP, nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'transmitting', 'sent', 'failed', 'uncertain', 'kept')",
            name=op.f("ck_mails_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("order_id", "kind", "occurrence", name=op.f("uq_mails_order_id_kind_occurrence")),
    )
    create_partial_index("ix_mails_due_at", "mails", "due_at", "due_at IS NOT NULL")
