"""Index the books of a series, which the pages of its books show in order"""

import sqlalchemy as sa
from alembic import op

revision = "0022_index_of_series"
down_revision = "0021_sorting"

HAS_SERIES = sa.text("series_key <> ''")


def upgrade() -> None:
    op.create_index(
        "ix_books_series_key", "books", ["series_key"], sqlite_where=HAS_SERIES, postgresql_where=HAS_SERIES
    )
