"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=2), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("published", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("shelf", sa.String(length=32), nullable=False),
        sa.Column("listed", sa.Date(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.CheckConstraint("length(isbn) = 13", name=op.f("ck_books_isbn")),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_books_price")),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_books")),
    )
    with op.batch_alter_table("books", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_books_listed"), ["listed"], unique=False)
        batch_op.create_index(batch_op.f("ix_books_shelf_title"), ["shelf", "title"], unique=False)

    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("delivery", sa.String(length=16), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("delivery_fee_minor", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment", sa.String(length=16), nullable=False),
        sa.Column("intent_id", sa.String(length=64), nullable=False),
        sa.Column("intent_version", sa.Integer(), nullable=False),
        sa.Column("intent_status", sa.String(length=32), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("held", sa.String(length=16), nullable=False),
        sa.Column("charge_id", sa.String(length=64), nullable=False),
        sa.Column("charge_method", sa.String(length=32), nullable=False),
        sa.Column("charge_brand", sa.String(length=32), nullable=False),
        sa.Column("charge_last4", sa.String(length=4), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(payment = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_orders_paid_at")),
        sa.CheckConstraint(
            "payment IN ('open', 'processing', 'paid', 'cancelled')", name=op.f("ck_orders_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
        sa.UniqueConstraint("token", name=op.f("uq_orders_token")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_orders_intent_id"), ["intent_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_orders_payment_placed_at"), ["payment", "placed_at"], unique=False
        )

    op.create_table(
        "stripe_events",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("intent_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_events")),
    )
    with op.batch_alter_table("stripe_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stripe_events_handled_at"), ["handled_at"], unique=False)

    op.create_table(
        "contributors",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=3), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_contributors_isbn"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", "position", name=op.f("pk_contributors")),
    )
    op.create_table(
        "displays",
        sa.Column("display", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_displays_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("display", "position", name=op.f("pk_displays")),
        sa.UniqueConstraint("display", "isbn", name=op.f("uq_displays_display_isbn")),
    )
    op.create_table(
        "order_lines",
        sa.Column("order_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("byline", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_order_lines_isbn")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_lines")),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_lines_isbn"), ["isbn"], unique=False)

    op.create_table(
        "stock",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("reserved BETWEEN 0 AND on_hand", name=op.f("ck_stock_reserved")),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_stock_isbn")),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_stock")),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_stock_movements_isbn")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
        sa.UniqueConstraint("isbn", "kind", "reason", name=op.f("uq_stock_movements_isbn_kind_reason")),
    )
    op.create_table(
        "subjects",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_subjects_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", "position", name=op.f("pk_subjects")),
    )
    with op.batch_alter_table("subjects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subjects_code"), ["code"], unique=False)
    # order numbers look like those of a shop that has sold a book before
    op.execute("INSERT INTO counters (name, value) VALUES ('order', 1000)")
