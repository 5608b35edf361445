"""Store with each order which basket it was made of."""

import sqlalchemy as sa
from alembic import op

revision = "0002_order_basket"
down_revision = "0001_first"


def upgrade() -> None:
    op.add_column("orders", sa.Column("basket_id", sa.String(16), nullable=False, server_default=""))
    # no basket has this id; an empty one would say that each of these orders is for one book alone
    op.execute("UPDATE orders SET basket_id = 'unknown'")
