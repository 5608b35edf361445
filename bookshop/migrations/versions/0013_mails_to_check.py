"""Find mails that were not sent without reading all"""

import sqlalchemy as sa
from alembic import op

revision = "0013_mails_to_check"
down_revision = "0012_scans"

NOT_SENT = "state NOT IN ('sent', 'kept')"


def upgrade() -> None:
    where = sa.text(NOT_SENT)
    op.create_index("ix_mails_not_sent", "mails", ["state", "id"], sqlite_where=where, postgresql_where=where)
