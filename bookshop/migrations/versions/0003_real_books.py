"""What the trade says of a book, and what a shopper may buy that is not on the shelf"""

from html import escape

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LONGEST_BLURB = 240


def text_column(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def short_column(name: str, length: int, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), server_default=default, nullable=False)


def number_column(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=True)


def isbn_column() -> sa.Column[str]:
    return sa.Column("isbn", sa.String(length=13), nullable=False)


def flag_column(name: str, *, default: bool) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text(str(default).lower()), nullable=False)


def upgrade() -> None:
    create_tables()
    keep_descriptions()
    # never made anew: SQLite would take what hangs on a book with it
    with op.batch_alter_table("books", recreate="never") as books:
        for column in (
            short_column("form_detail", 4),
            text_column("publisher_key"),
            text_column("imprint"),
            text_column("series"),
            short_column("series_number", 32),
            text_column("series_key"),
            short_column("work", 128),
            short_column("supply", 2),
            short_column("expected", 10),
            number_column("lead_days"),
            sa.Column("on_sale", MOMENT, nullable=True),
            sa.Column("preorders_from", MOMENT, nullable=True),
            flag_column("is_listed", default=True),
            flag_column("may_sell", default=True),
            short_column("cover", 16),
            sa.Column("cover_width", sa.Integer(), server_default="0", nullable=False),
            sa.Column("cover_height", sa.Integer(), server_default="0", nullable=False),
            sa.Column("place", sa.BigInteger(), nullable=True),
            sa.Column("changes_on", sa.Date(), nullable=True),
        ):
            books.add_column(column)
        books.create_index(books.f("ix_books_place"), ["place"], unique=True)
        for name in ("published", "work", "changes_on"):
            books.create_index(books.f(f"ix_books_{name}"), [name], unique=False)
    with op.batch_alter_table("contributors") as contributors:
        for column in (text_column("key"), text_column("biography"), short_column("isni", 16)):
            contributors.add_column(column)
        contributors.create_index(contributors.f("ix_contributors_key"), ["key"], unique=False)
    with op.batch_alter_table("subjects") as subjects:
        subjects.add_column(short_column("scheme", 2, "93"))
        subjects.alter_column("code", existing_type=sa.String(length=12), type_=sa.String(length=16))
    # every copy that was sold until now stood on the shelf
    with op.batch_alter_table("order_lines") as lines:
        lines.add_column(short_column("kind", 16, "shelf"))
        lines.add_column(sa.Column("to_order", sa.Integer(), server_default="0", nullable=False))
        lines.add_column(number_column("days"))
        lines.add_column(sa.Column("not_before", MOMENT, nullable=True))
        lines.create_check_constraint(lines.f("ck_order_lines_to_order"), "to_order BETWEEN 0 AND quantity")


def create_tables() -> None:
    op.create_table(
        "book_details",
        isbn_column(),
        text_column("description"),
        text_column("contents"),
        text_column("keywords"),
        text_column("edition"),
        number_column("height_mm"),
        number_column("width_mm"),
        number_column("thickness_mm"),
        number_column("weight_g"),
        short_column("ages", 16),
        flag_column("is_fixed_price", default=False),
        text_column("safety_name"),
        text_column("safety_address"),
        text_column("safety_email"),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_book_details_isbn"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_book_details")),
    )
    op.create_table(
        "subject_headings",
        sa.Column("scheme", sa.String(length=2), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "code", name=op.f("pk_subject_headings")),
    )
    op.create_table(
        "related",
        isbn_column(),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("other", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_related_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", "code", "other", name=op.f("pk_related")),
    )
    op.create_index(op.f("ix_related_other"), "related", ["other"], unique=False)
    op.create_table(
        "edits",
        isbn_column(),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("edited_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["isbn"], ["books.isbn"], name=op.f("fk_edits_isbn"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("isbn", "field", name=op.f("pk_edits")),
    )
    op.create_table(
        "records",
        sa.Column("sender", sa.String(length=128), nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=False),
        isbn_column(),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("digest", sa.String(length=40), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "reference", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_isbn"), "records", ["isbn"], unique=False)
    op.create_table(
        "facet_counts",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_facet_counts")),
    )
    op.create_table(
        "vocabulary",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_vocabulary")),
    )


def keep_descriptions() -> None:
    """Descriptions were plain text with empty lines between their paragraphs; they become HTML."""
    op.add_column("books", text_column("blurb"))
    db = op.get_bind()
    for isbn, description in db.execute(sa.text("SELECT isbn, description FROM books")).all():
        parts = [part.strip() for part in description.split("\n\n") if part.strip()]
        html = "".join(f"<p>{escape(part, quote=False)}</p>" for part in parts)
        values = {"isbn": isbn, "html": html, "blurb": (parts or [""])[0][:LONGEST_BLURB]}
        db.execute(sa.text("INSERT INTO book_details (isbn, description) VALUES (:isbn, :html)"), values)
        db.execute(sa.text("UPDATE books SET blurb = :blurb WHERE isbn = :isbn"), values)
    op.execute("ALTER TABLE books DROP COLUMN description")
