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
# newer programs set what an older server does not know
NEW_SETTING, NEW_SETTING_SINCE, MAX_PREAMBLE_BYTES = b"SET transaction_timeout", 17, 4096
HOW_TO_ALLOW = (
    "Verifying needs a temporary database. Allow the shop's role to create one, as PostgreSQL's superuser: "
    "ALTER ROLE … CREATEDB"
)
WITHOUT_OWNERS = ("--no-owner", "--no-privileges")
PSQL_OPTIONS = ("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1")


class PostgresClient:
    """Runs PostgreSQL's programs on one database; its password is passed in their environment."""

    def __init__(self, url: str, server_major: int) -> None:
        """Find programs that are not older than the server; raises BackupError."""
        self.server_major = server_major
        self._folder = _find_folder(server_major)
        self._environment = {**os.environ, **_connection_variables(make_url(url))}

    def dump(self, target: Path) -> None:
        """Write the shop's tables to a file, and check that it can be read; raises BackupError."""
        # the archive is compressed as a whole
        options = ("--format=custom", "--compress=0", "--schema=public", *WITHOUT_OWNERS)
        self._run("pg_dump", *options, f"--file={target}")
        self._run("pg_restore", "--list", target)

    def restore(self, dump: Path) -> None:
        """Restore a dump into this database, which is empty; raises BackupError."""
        options = ("--schema=public", *WITHOUT_OWNERS, "--exit-on-error")
        self._run("pg_restore", *options, f"--dbname={self._environment['PGDATABASE']}", dump)

    def write_script(self, dump: Path, script: Path) -> None:
        """Write the statements that restore a dump; raises BackupError."""
        self._run("pg_restore", "--schema=public", *WITHOUT_OWNERS, f"--file={script}", dump)
        with script.open("r+b") as file:
            found = file.read(MAX_PREAMBLE_BYTES).find(NEW_SETTING)
            if found >= 0 and self.server_major < NEW_SETTING_SINCE:
                file.seek(found)
                file.write(b"--")

    def execute(self, *steps: str | Path) -> str:
        """Execute statements and scripts in one transaction, and return what they print."""
        arguments: list[str | Path] = []
        for step in steps:
            arguments += [f"--file={step}" if isinstance(step, Path) else f"--command={step}"]
        return self._run("psql", *PSQL_OPTIONS, "--single-transaction", *arguments)

    def create_database(self, name: str) -> None:
        """Create an empty database in the place of one that was left; raises BackupError."""
        self.drop_database(name)
        try:
            self._execute_alone(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except BackupError as problem:
            raise BackupError(f"{problem} {HOW_TO_ALLOW}") from None

    def drop_database(self, name: str) -> None:
        """Delete a database if it exists, even while it is used."""
        self._execute_alone(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute_alone(self, statement: str) -> None:
        """Execute a statement that must be in no transaction."""
        self._run("psql", *PSQL_OPTIONS, f"--command={statement}")

    def _run(self, program: str, *arguments: str | Path) -> str:
        """Run a program and return what it prints; raises BackupError."""
        command: Sequence[str | Path] = (self._folder / program, *arguments)
        done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, with arguments of ours
            command, env=self._environment, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            reason = " ".join(done.stderr.partition("ERROR:")[2].split() or done.stderr.split())
            raise BackupError(f"{program} failed: {reason[-MAX_ERROR_CHARS:]}")
        return done.stdout


def _connection_variables(url: URL) -> dict[str, str]:
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    parts = {**query, **{name: value for name in VARIABLES.values() if (value := getattr(url, name))}}
    named = {variable: str(parts[name]) for variable, name in VARIABLES.items() if name in parts}
    encryption = {"PGSSLMODE": mode} if (mode := query.get("sslmode") or query.get("ssl")) else {}
    return {**named, **encryption, "PGDATABASE": url.database or "", "PGCONNECT_TIMEOUT": "10"}


def _find_folder(major: int) -> Path:
    """Return the folder of the oldest programs that are not older than the server."""
    paths = map(Path, os.environ.get("PATH", "").split(os.pathsep))
    folders = [*paths, *sorted(VERSIONED_FOLDERS.glob("*/bin"))]
    found = [folder for folder in folders if (folder / "pg_dump").exists()]
    versions = {folder: version for folder in found if (version := _find_version(folder)) >= major}
    if not versions:
        raise BackupError(
            f"The server has PostgreSQL {major}, so this needs the programs pg_dump, pg_restore and psql "
            f"of version {major} or newer. Install them: apt-get install postgresql-client-{major}"
        )
    return min(versions, key=versions.__getitem__)


def _find_version(folder: Path) -> int:
    """Return the major version of pg_dump in a folder, 0 if that is unknown."""
    command = (folder / "pg_dump", "--version")
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - found on PATH
    found = VERSION.search(done.stdout)
    return int(found[1]) if found else 0
