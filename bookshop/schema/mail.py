"""Mail to send, being sent, and sent."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from bookshop.schema.columns import TIMESTAMP, metadata

# written in the transaction of its cause; its text is composed, and stored, before it is first sent
mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True),
    # empty if the mail is about no order
    Column("order_id", String(32), nullable=False, server_default=""),
    Column("kind", String(24), nullable=False),
    # the parcel, refund or request that it is about
    Column("occurrence", String(64), nullable=False, server_default=""),
    # JSON: what the text needs beside the order
    Column("details", Text, nullable=False, server_default="{}"),
    # empty until it is composed, unless the cause names it
    Column("recipient", Text, nullable=False, server_default=""),
    Column("message_id", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("plain", Text, nullable=False, server_default=""),
    Column("html", Text, nullable=False, server_default=""),
    Column("state", String(16), nullable=False, server_default="queued"),
    Column("created_at", TIMESTAMP, nullable=False),
    # when it is to be sent next, or until when a process has claimed it
    Column("due_at", TIMESTAMP),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("doubts", Integer, nullable=False, server_default="0"),
    Column("error", Text, nullable=False, server_default=""),
    Column("sent_at", TIMESTAMP),
    UniqueConstraint("order_id", "kind", "occurrence"),
    CheckConstraint(
        "state IN ('queued', 'sending', 'transmitting', 'sent', 'failed', 'uncertain', 'kept')", name="state"
    ),
    Index("ix_mails_due_at", "due_at", sqlite_where=text("due_at IS NOT NULL")),
    # PostgreSQL's has the condition too
    Index(
        "ix_mails_not_sent",
        "state",
        "id",
        "order_id",
        "created_at",
        sqlite_where=text("state NOT IN ('sent', 'kept')"),
    ),
)
