"""PostgreSQL restarts or loses connections: a unit of work happens once, or raises."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from bookshop.database import CommitUnknown, Database, DatabaseUnavailable, Fault, open_database
from tests.database.postgres_proxy import Proxy, running_proxy
from tests.database.test_database import add_counter, count_up, read_counter

STATEMENTS = 4
KILL_ME = text("SELECT pg_terminate_backend(pg_backend_pid())")
KILL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
async def proxy(postgres_url: str) -> AsyncIterator[Proxy]:
    async with running_proxy(postgres_url) as proxy:
        yield proxy


@pytest.mark.parametrize("lost_at", range(STATEMENTS))
async def test_a_unit_of_work_that_was_not_committed_is_repeated(database: Database, lost_at: int) -> None:
    await database.write(add_counter)
    attempts = list[int]()

    def count_up_in_steps(db: Connection) -> None:
        attempts.append(1)
        for step in range(STATEMENTS):
            if step == lost_at and len(attempts) == 1:
                db.execute(KILL_ME)
            count_up(db)

    await database.write(count_up_in_steps)
    assert len(attempts) == 2
    assert await database.read(read_counter) == STATEMENTS


async def test_connections_that_died_in_the_pool_are_replaced(database: Database, postgres_url: str) -> None:
    await database.write(add_counter)
    await asyncio.gather(*(database.write(count_up) for _ in range(10)))
    other = open_database(postgres_url)
    await other.read(lambda db: db.execute(KILL_OTHERS))
    await asyncio.gather(*(database.write(count_up) for _ in range(10)))
    await other.read(lambda db: db.execute(KILL_OTHERS))
    assert await asyncio.gather(*(database.read(read_counter) for _ in range(20))) == [20] * 20
    await other.close()


async def test_a_unit_of_work_waits_for_a_server_that_restarts(proxy: Proxy) -> None:
    database = open_database(proxy.url, max_wait=30)
    await database.write(add_counter)
    await proxy.stop()
    write, read = asyncio.create_task(database.write(count_up)), asyncio.create_task(database.check())
    await asyncio.wait({write, read}, timeout=0.2)
    await proxy.start()
    assert await write == 1
    assert await read is Fault.NONE
    await database.close()


async def test_a_server_that_stays_away_is_reported(proxy: Proxy) -> None:
    database = open_database(proxy.url, max_wait=1)
    await database.write(add_counter)
    await proxy.stop()
    for use in (database.read, database.write):
        with pytest.raises(DatabaseUnavailable) as error:
            await use(read_counter)
        assert error.value.fault is Fault.UNREACHABLE
    assert await database.check() is Fault.UNREACHABLE
    await database.close()
    await proxy.start()


async def test_a_unit_of_work_whose_commit_was_sent_is_never_repeated(
    proxy: Proxy, database: Database
) -> None:
    through = open_database(proxy.url)
    await through.write(add_counter)
    proxy.lose_reply_to = b"COMMIT"
    attempts = list[int]()

    def count(db: Connection) -> None:
        attempts.append(count_up(db))

    with pytest.raises(CommitUnknown):
        await through.write(count)
    assert attempts == [1]
    assert await database.read(read_counter) == 1
    await through.close()


async def test_a_write_waits_for_a_lock_as_long_as_it_may(database: Database, postgres_url: str) -> None:
    await database.write(add_counter)
    impatient, entered, may_finish = (
        open_database(postgres_url, max_wait=0.1),
        asyncio.Event(),
        asyncio.Event(),
    )
    loop = asyncio.get_running_loop()

    def hold(db: Connection) -> None:
        count_up(db)
        assert asyncio.run_coroutine_threadsafe(wait(), loop).result(30)

    async def wait() -> bool:
        entered.set()
        return await may_finish.wait()

    slow = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(write_separately(postgres_url, hold))))
    await entered.wait()
    with pytest.raises(DatabaseUnavailable) as error:
        await impatient.write(count_up)
    assert error.value.fault is Fault.BUSY
    may_finish.set()
    await slow
    assert await impatient.write(count_up) == 2
    await impatient.close()


async def write_separately(url: str, work: object) -> None:
    database = open_database(url)
    await database.write(work)  # type: ignore[arg-type]  # a unit of work
    await database.close()


async def test_a_pool_without_a_free_connection_is_busy(postgres_url: str) -> None:
    database = open_database(postgres_url, max_wait=0.2)
    hold = text("SELECT pg_sleep(1)")
    slow = [asyncio.create_task(database.read(lambda db: db.execute(hold))) for _ in range(20)]
    await asyncio.sleep(0)
    ends = await asyncio.gather(
        *slow, *(database.read(read_counter) for _ in range(5)), return_exceptions=True
    )
    busy = [end for end in ends if isinstance(end, DatabaseUnavailable)]
    assert busy
    assert {error.fault for error in busy} == {Fault.BUSY}
    await database.close()
