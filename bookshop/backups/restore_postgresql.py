"""Put another schema in the place of a PostgreSQL database's `public`, and back again.

The role of a shop may usually create no databases, but it may create schemas and rename them, and a
transaction renames two at once.
"""

from datetime import UTC, datetime
from pathlib import Path

from bookshop.backups.postgresql_client import PostgresClient

RESTORED, SHOP, BEFORE = "bookshop_restored", "public", "bookshop_before_"
HIDDEN = "bookshop_hidden"
# connections of this restore may need a moment to end; processes of the server itself have no user
REFUSE_IF_IN_USE = """
DO $$ BEGIN
  FOR try IN 1..20 LOOP
    IF NOT EXISTS (
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
    ) THEN RETURN; END IF;
    PERFORM pg_sleep(0.1);
    PERFORM pg_stat_clear_snapshot();
  END LOOP;
  RAISE EXCEPTION 'The database is in use. Stop the shop and all other programs that use it, then try again.';
END $$"""
FIND_BEFORE = "SELECT max(nspname) FROM pg_namespace WHERE starts_with(nspname, 'bookshop_before_')"


def refuse_if_in_use(client: PostgresClient) -> None:
    """Raise BackupError if another connection uses the database."""
    client.execute(REFUSE_IF_IN_USE)


def restore_beside(client: PostgresClient, dump: Path, work: Path) -> None:
    """Restore a dump into a schema beside the shop's, in one transaction; raises BackupError.

    A dump names the schema of its tables, so the shop's has another name within the transaction.
    """
    script = work / "restore.sql"
    client.write_script(dump, script)
    client.execute(
        f"DROP SCHEMA IF EXISTS {RESTORED} CASCADE",
        f"ALTER SCHEMA {SHOP} RENAME TO {HIDDEN}",
        f"CREATE SCHEMA {SHOP}",
        script,
        f"ALTER SCHEMA {SHOP} RENAME TO {RESTORED}",
        f"ALTER SCHEMA {HIDDEN} RENAME TO {SHOP}",
    )
    client.execute("ANALYZE")


def drop_restored(client: PostgresClient) -> None:
    """Delete what was restored beside the shop's schema."""
    client.execute(f"DROP SCHEMA IF EXISTS {RESTORED} CASCADE")


def swap_schema(client: PostgresClient, new: str = RESTORED) -> str:
    """Put a schema in the place of the shop's; return what that is called now."""
    aside = f"{BEFORE}{datetime.now(UTC):%Y%m%d_%H%M%S_%f}"
    client.execute(
        REFUSE_IF_IN_USE,
        f"ALTER SCHEMA {SHOP} RENAME TO {aside}",
        f"ALTER SCHEMA {new} RENAME TO {SHOP}",
    )
    return aside


def find_schema_aside(client: PostgresClient) -> str | None:
    """Return the schema that was put aside last."""
    return client.execute(FIND_BEFORE).strip() or None
