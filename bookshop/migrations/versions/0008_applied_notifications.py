"""Remember which notifications made a record, so that their message changes nothing when it comes again."""

import sqlalchemy as sa
from alembic import op

revision = "0008_applied_notifications"
down_revision = "0007_index_of_events"


def upgrade() -> None:
    op.add_column("records", sa.Column("applied", sa.Text, nullable=False, server_default=""))
