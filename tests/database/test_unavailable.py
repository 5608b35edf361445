"""A database that cannot be used: one limit for all waiting, and an exact error."""

import asyncio
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from bookshop.database import Database, DatabaseUnavailable, Fault, open_database, sqlite, writer_thread
from bookshop.schema import counters
from tests.database.test_database import add_counter, count_up, read_counter
from tests.faults.damage import damaged, file_of, locked

WRITE_AS_NOBODY = """
import asyncio, os, sys
from bookshop.database import DatabaseUnavailable, open_database
from tests.database.test_database import count_up
async def main():
    database = open_database(sys.argv[1], max_wait=0.1)
    await database.read(lambda db: None)
    os.setuid(65534)
    print(await database.check())
    await database.close()
asyncio.run(main())
"""


def note(seen: list[int], db: Connection) -> None:
    seen.append(1)


async def test_waits_of_many_writers_do_not_add_up(sqlite_url: str) -> None:
    database = open_database(sqlite_url, max_wait=0.3)
    loop, ends = asyncio.get_running_loop(), list[float]()

    async def write() -> Fault:
        with pytest.raises(DatabaseUnavailable) as error:
            await database.write(count_up)
        ends.append(loop.time())
        return error.value.fault

    with locked(sqlite_url):
        started = loop.time()
        assert set(await asyncio.gather(*(write() for _ in range(20)))) == {Fault.BUSY}
    # one after another they would take 6 seconds
    assert max(ends) - started < 3
    assert await database.check() is Fault.BUSY
    await database.write(add_counter)
    assert await database.check() is Fault.NONE
    await database.close()


async def test_a_write_that_is_too_late_never_runs(sqlite_url: str) -> None:
    database, ran = open_database(sqlite_url, max_wait=0.05), list[int]()
    entered, may_finish = threading.Event(), threading.Event()

    def take_long(db: Connection) -> None:
        entered.set()
        may_finish.wait()
        add_counter(db)

    slow = asyncio.create_task(database.write(take_long))
    await asyncio.to_thread(entered.wait)
    with pytest.raises(DatabaseUnavailable):
        await database.write(lambda db: note(ran, db))
    may_finish.set()
    await slow
    # the thread has passed the one that was too late
    assert await database.write(count_up) == 1
    assert not ran
    await database.close()


async def test_a_queue_of_writes_is_bounded(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_thread, "MAX_QUEUED", 3)
    database = open_database(sqlite_url, max_wait=30)
    entered, may_finish = threading.Event(), threading.Event()

    def take_long(_: Connection) -> None:
        entered.set()
        may_finish.wait()

    slow = asyncio.create_task(database.write(take_long))
    await asyncio.to_thread(entered.wait)
    queued = [asyncio.create_task(database.write(add_counter, str(n))) for n in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable):
        await database.write(add_counter)
    may_finish.set()
    await asyncio.gather(slow, *queued)
    await database.close()


async def test_a_caller_that_gives_up_is_not_told_that_the_database_is_busy(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with locked(sqlite_url):
        write = asyncio.create_task(database.write(count_up))
        await asyncio.sleep(0)
        write.cancel()
        with pytest.raises(asyncio.CancelledError):
            await write
    await database.close()


async def test_a_full_disk_is_reported_and_undoes_the_write(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    await database.write(add_counter)

    def fill_up(db: Connection) -> None:
        count_up(db)
        db.execute(text("PRAGMA max_page_count = 1"))
        for n in range(1000):
            db.execute(insert(counters), {"name": "x" * 1000 + str(n), "value": n})

    with pytest.raises(DatabaseUnavailable) as error:
        await database.write(fill_up)
    assert error.value.fault is await database.check() is Fault.FULL
    assert await database.read(read_counter) == 0
    # the limit was the connection's, which was opened anew
    assert await database.write(count_up) == 1
    assert await database.check() is Fault.NONE
    await database.close()


async def test_a_disk_that_is_nearly_full_is_reported(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_database(sqlite_url)
    monkeypatch.setattr("bookshop.database.sqlite_faults.MIN_FREE_BYTES", 2**62)
    assert await database.check() is Fault.FULL
    await database.close()


async def test_a_damaged_file_is_reported_by_reads_writes_and_the_check(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with damaged(sqlite_url):
        assert await database.check() is Fault.CORRUPT
        for use in (database.read, database.write):
            with pytest.raises(DatabaseUnavailable) as error:
                await use(read_counter)
            assert error.value.fault is Fault.CORRUPT
    # it can be used again, and still is reported: other pages may be broken
    assert await database.write(read_counter) is None
    assert await database.check() is Fault.CORRUPT
    await database.close()


async def test_a_file_that_is_gone_is_reported_and_not_made_anew(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    file_of(sqlite_url).unlink()
    assert await database.check() is Fault.UNREACHABLE
    assert not file_of(sqlite_url).exists()
    await database.close()


async def test_a_stuck_writer_is_reported(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(sqlite_url)
    monkeypatch.setattr(sqlite, "STUCK_SECONDS", 0)
    entered, may_finish = threading.Event(), threading.Event()

    def take_long(_: Connection) -> None:
        entered.set()
        may_finish.wait()

    slow = asyncio.create_task(database.write(take_long))
    await asyncio.to_thread(entered.wait)
    assert await database.check() is Fault.STUCK
    may_finish.set()
    await slow
    assert await database.check() is Fault.NONE
    await database.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_a_file_that_may_not_be_written_is_reported(sqlite_url: str) -> None:
    for folder in file_of(sqlite_url).parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(0o755)
    command = [sys.executable, "-c", WRITE_AS_NOBODY, sqlite_url]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    assert done.stdout.strip() == Fault.READ_ONLY, done.stderr


async def test_a_check_writes_nothing(database: Database, database_url: str) -> None:
    assert await database.check() is Fault.NONE
    await database.write(add_counter)
    if database_url.startswith("sqlite"):
        files = sorted(file_of(database_url).parent.glob("bookshop.db*"))
        before = [file.stat() for file in files]
        assert await database.check() is Fault.NONE
        assert [(s.st_size, s.st_mtime_ns) for s in before if s] == [
            (s.st_size, s.st_mtime_ns) for s in (file.stat() for file in files)
        ]


async def test_a_refusal_is_reported_if_the_next_attempt_runs_out_of_time() -> None:
    connections: list[asyncio.StreamWriter] = []

    async def refuse_then_be_silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        if len(connections) == 1:
            writer.close()

    server = await asyncio.start_server(refuse_then_be_silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = open_database(f"postgresql://shop@127.0.0.1:{port}/books?ssl=disable", max_wait=0.5)
    with pytest.raises(DatabaseUnavailable) as error:
        await database.read(read_counter)
    assert (error.value.fault, len(connections) > 1) == (Fault.UNREACHABLE, True)
    await database.close()
    server.close()
    for writer in connections:
        writer.close()
        await writer.wait_closed()
