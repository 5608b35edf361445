"""The people and series of books, to suggest them as one types"""

import sqlalchemy as sa
from alembic import op

revision = "0020_names"
down_revision = "0019_sessions_of_attempts"

BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "names",
        sa.Column("token", BYTES, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("books", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_names")),
    )
    op.create_table(
        "name_starts",
        sa.Column("facet", sa.String(length=1), nullable=False),
        sa.Column("size", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("start", BYTES, nullable=False),
        sa.Column("token", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("facet", "size", "start", "token", name=op.f("pk_name_starts")),
        sqlite_with_rowid=False,
    )
