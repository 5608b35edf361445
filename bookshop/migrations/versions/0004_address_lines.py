"""Store the second line of a street's address, and the state or province."""

import sqlalchemy as sa
from alembic import op

revision = "0004_address_lines"
down_revision = "0003_reservations"


def upgrade() -> None:
    for name in ("unit", "region"):
        op.add_column("orders", sa.Column(name, sa.Text(), nullable=False, server_default=""))
