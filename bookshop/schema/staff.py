"""The shop's staff, how they sign in, and what was done with their accounts."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bookshop.schema.columns import TIMESTAMP, metadata

STAFF_ID = String(32)
# SHA-256 in hexadecimal: a stolen backup opens nothing
HASH = String(64)

staff = Table(
    "staff",
    metadata,
    Column("id", STAFF_ID, primary_key=True),
    Column("name", Text, nullable=False),
    # the name as it is compared
    Column("name_key", Text, nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    # empty until they are set
    Column("password_hash", Text, nullable=False, server_default=""),
    Column("totp_secret", Text, nullable=False, server_default=""),
    # the time step of the last code that was accepted: no code is accepted twice
    Column("totp_step", Integer, nullable=False, server_default="0"),
    Column("has_shortcuts", Integer, nullable=False, server_default="0"),
    Column("created_at", TIMESTAMP, nullable=False),
    CheckConstraint("role IN ('owner', 'seller')", name="role"),
)

# one row, once there is an owner: the last one cannot be removed
owner_count = Table(
    "owner_count",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("owners", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    CheckConstraint("owners >= 1", name="owners"),
)

# links by which a member of staff sets up how to sign in, once
staff_links = Table(
    "staff_links",
    metadata,
    Column("token_hash", HASH, primary_key=True),
    Column("staff_id", STAFF_ID, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", TIMESTAMP, nullable=False),
    Index(None, "staff_id"),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", HASH, primary_key=True),
    Column("staff_id", STAFF_ID, ForeignKey("staff.id"), nullable=False),
    Column("started_at", TIMESTAMP, nullable=False),
    # written once a minute at most
    Column("seen_at", TIMESTAMP, nullable=False),
    # the last proof of who it is, which dangerous actions need
    Column("proved_at", TIMESTAMP, nullable=False),
    Column("expires_at", TIMESTAMP, nullable=False),
    Column("method", String(16), nullable=False),
    Column("network", Text, nullable=False, server_default=""),
    Column("browser", Text, nullable=False, server_default=""),
    # JSON: the last filter of each list
    Column("filters", Text, nullable=False, server_default="{}"),
    Index(None, "staff_id"),
    Index(None, "expires_at"),
)

passkeys = Table(
    "passkeys",
    metadata,
    # the credential's id in base64url
    Column("id", Text, primary_key=True),
    Column("staff_id", STAFF_ID, ForeignKey("staff.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    # stays 0 for passkeys that are synced between devices
    Column("sign_count", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("transports", Text, nullable=False, server_default=""),
    Column("is_backed_up", Integer, nullable=False, server_default="0"),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("used_at", TIMESTAMP),
    Index(None, "staff_id"),
)

# what passkeys have signed: no challenge is accepted twice
used_challenges = Table(
    "used_challenges",
    metadata,
    Column("challenge_hash", HASH, primary_key=True),
    Column("expires_at", TIMESTAMP, nullable=False),
    Index(None, "expires_at"),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff_id", STAFF_ID, ForeignKey("staff.id"), primary_key=True),
    Column("code_hash", HASH, primary_key=True),
)

# failures in a row, by a keyed hash of a name and network
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("actor_hash", HASH, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("retry_at", TIMESTAMP, nullable=False),
    Index(None, "retry_at"),
)

# sign-ins, failures, and changes of rights, which the person can read
staff_events = Table(
    "staff_events",
    metadata,
    Column("id", Integer, primary_key=True),
    # the name, which stays when the person has left
    Column("name", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("network", Text, nullable=False, server_default=""),
    Column("at", TIMESTAMP, nullable=False),
    Index(None, "name", "id"),
)

# what owners decide for the office
office_settings = Table(
    "office_settings",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
