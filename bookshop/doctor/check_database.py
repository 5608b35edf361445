"""Check that the database can be used, and how it is doing."""

from collections.abc import Iterator
from pathlib import Path

from bookshop.database.describe import FAULT_TEXTS, describe_missing, name_of, sqlite_file
from bookshop.doctor.advise_restore import advise_restore
from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.check_disk import MB
from bookshop.doctor.postgresql_store import ServerState, read_server
from bookshop.migrations.find_problem import find_database_problem

NAME, LOG, SERVER = "Database", "Write-ahead log", "PostgreSQL"
WHY_UNUSABLE = "Nothing can be sold, and orders cannot be looked after."
MAX_LOG_BYTES = 256 * MB
# https://www.postgresql.org/support/versioning/
MIN_SUPPORTED_MAJOR = 15
MIN_MAJOR = 13
# each worker opens up to 20
MIN_FREE_CONNECTIONS = 20


async def check_database(deployment: Deployment) -> Results:
    """Judge whether the database can be used; then its file or its server."""
    url, backups = deployment.settings.database_url, deployment.settings.backups_dir
    if problem := await find_database_problem(deployment.database, url):
        return [Result(NAME, State.PROBLEM, problem, WHY_UNUSABLE, find_fix(url, problem, backups))]
    if fault := await deployment.database.check():
        what = f"The database {name_of(url)} {FAULT_TEXTS[fault]}."
        return [Result(NAME, State.PROBLEM, what, WHY_UNUSABLE, find_fix(url, what, backups))]
    if file := sqlite_file(url):
        return list(judge_file(file))
    return list(judge_server(await deployment.database.read(read_server), backups))


def find_fix(url: str, problem: str, backups: Path) -> str:
    """Return what helps beside what the problem says itself."""
    if describe_missing(url):
        return f"{advise_restore(backups)} Run `bookshop doctor` again after that."
    if "`" in problem:
        return "Run `bookshop doctor` again after that."
    if "damaged" in problem:
        return advise_restore(backups)
    if sqlite_file(url):
        return "docs/deploy.md says what each state of the database means; the log of the shop has more."
    return "Check that the PostgreSQL server runs, and try psql with the same address."


def judge_file(file: Path) -> Iterator[Result]:
    """Judge a SQLite file and its write-ahead log, which a long reader keeps growing."""
    yield Result(NAME, State.OK, f"{file.absolute()} is {file.stat().st_size / MB:,.1f} MB.")
    log = Path(f"{file}-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > MAX_LOG_BYTES:
        what = f"{log.absolute()} is {size / MB:,.0f} MB."
        why = "A program has read from the database for very long: the disk fills, and reading gets slow."
        yield Result(LOG, State.WARNING, what, why, f"Find the program with `fuser -v {file}` and end it.")


def judge_server(server: ServerState, backups: Path) -> Iterator[Result]:
    """Judge a PostgreSQL server."""
    what = f"PostgreSQL {server.major} holds {server.size / MB:,.1f} MB."
    why, fix = "It gets no more security fixes.", "Upgrade the server: https://www.postgresql.org/docs/"
    if server.major < MIN_MAJOR:
        yield Result(NAME, State.PROBLEM, what, "The shop is not tested with it.", fix)
    elif server.major < MIN_SUPPORTED_MAJOR:
        yield Result(NAME, State.WARNING, what, why, fix)
    else:
        yield Result(NAME, State.OK, what)
    if server.max_connections - server.connections < MIN_FREE_CONNECTIONS:
        what = f"{server.connections} of {server.max_connections} connections are open."
        fix = "Raise max_connections in postgresql.conf to 20 for each worker and 20 more, and restart it."
        yield Result(SERVER, State.WARNING, what, "Without a free connection pages fail.", fix)
    if server.checksum_failures:
        what = f"PostgreSQL has found {server.checksum_failures} damaged pages."
        fix = f"Look at the server’s log and its disk. {advise_restore(backups)}"
        yield Result(SERVER, State.PROBLEM, what, "Orders may be damaged.", fix)
