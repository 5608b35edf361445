"""Leave attempts without a Checkout Session out of the index of sessions"""

import sqlalchemy as sa
from alembic import op

revision = "0019_sessions_of_attempts"
down_revision = "0018_open_disputes"

HAS_SESSION = sa.text("session_id <> ''")


def upgrade() -> None:
    name = op.f("ix_payment_attempts_session_id")
    op.drop_index(name, "payment_attempts")
    op.create_index(
        name, "payment_attempts", ["session_id"], sqlite_where=HAS_SESSION, postgresql_where=HAS_SESSION
    )
