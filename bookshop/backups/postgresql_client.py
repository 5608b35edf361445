"""PostgreSQL's own programs: pg_dump, pg_restore and psql."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, make_url

from bookshop.backups.errors import BackupError

# where Debian has several versions side by side
VERSIONED_FOLDERS = Path("/usr/lib/postgresql")
VERSION = re.compile(rb"\(PostgreSQL\) (\d+)")
# of libpq, with the names of the parts of a URL
VARIABLES = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "username", "PGPASSWORD": "password"}
MAX_ERROR_CHARS = 500


class PostgresClient:
    """Runs PostgreSQL's programs on one database; its password is passed in their environment."""

    def __init__(self, url: str, server: int) -> None:
        """Find programs that are not older than the server; raises BackupError."""
        self._folder = _find_folder(server)
        self._environment = {**os.environ, **_connection_variables(make_url(url))}

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run a program and return what it prints; raises BackupError."""
        command: Sequence[str | Path] = (self._folder / program, *arguments)
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, with arguments of ours
            command, env=self._environment, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            reason = " ".join(done.stderr.split())[-MAX_ERROR_CHARS:]
            raise BackupError(f"{program} failed: {reason}")
        return done.stdout


def _connection_variables(url: URL) -> dict[str, str]:
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    parts = {**query, **{name: value for name in VARIABLES.values() if (value := getattr(url, name))}}
    named = {variable: str(parts[name]) for variable, name in VARIABLES.items() if name in parts}
    encryption = {"PGSSLMODE": mode} if (mode := query.get("sslmode") or query.get("ssl")) else {}
    return {**named, **encryption, "PGDATABASE": url.database or "", "PGCONNECT_TIMEOUT": "10"}


def _find_folder(server: int) -> Path:
    """Return the folder of the oldest programs that are not older than the server."""
    paths = map(Path, os.environ.get("PATH", "").split(os.pathsep))
    folders = [*paths, *sorted(VERSIONED_FOLDERS.glob("*/bin"))]
    versions = {folder: version for folder in folders if (version := _find_version(folder)) >= server}
    if not versions:
        raise BackupError(
            f"The server has PostgreSQL {server}, so this needs the programs pg_dump, pg_restore and psql "
            f"of version {server} or newer. Install them: apt-get install postgresql-client-{server}"
        )
    return min(versions, key=versions.__getitem__)


def _find_version(folder: Path) -> int:
    """Return the major version of pg_dump in a folder, 0 if it is not there."""
    try:
        done = subprocess.run(  # noqa: S603 - found on PATH
            [folder / "pg_dump", "--version"], capture_output=True, check=False
        )
    except OSError:
        return 0
    found = VERSION.search(done.stdout)
    return int(found[1]) if found else 0
