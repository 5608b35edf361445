"""Where senders say that pictures of covers are"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cover_links",
        sa.Column("isbn", sa.String(length=13), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("updated", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=16), server_default="", nullable=False),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("modified", sa.Text(), server_default="", nullable=False),
        sa.Column("seen", sa.String(length=32), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["isbn"], ["books.isbn"], name=op.f("fk_cover_links_isbn"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("isbn", name=op.f("pk_cover_links")),
    )
