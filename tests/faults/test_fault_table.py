"""Faults injected one by one into a running shop; docs/faults.md has what is observed here."""

import logging
import resource
import shutil
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from bookshop.database import Database, open_database
from bookshop.doctor.check import Deployment
from bookshop.doctor.check_open_files import judge_limit
from bookshop.doctor.checks import CHECKS
from bookshop.doctor.run_checks import run_checks
from bookshop.mail.mail_sender import next_delay
from bookshop.mail.send_mails import send_due_mails
from bookshop.migrations import find_revision, list_revisions, migrate
from bookshop.migrations.find_problem import find_database_problem
from tests.builders import ENVIRONMENT, some_settings
from tests.database.postgres_proxy import running_proxy
from tests.faults.damage import damaged
from tests.faults.fault_row import FaultRow, compare, list_rows
from tests.faults.fault_shop import FaultShop, running_fault_shop
from tests.faults.fault_view import LATER, LogLines, describe_results, observe
from tests.faults.inject_faults import (
    Killed,
    list_workers,
    make_mails_due,
    migrate_half,
    read_schema,
    send_webhook,
    without_rights,
)
from tests.faults.small_disk import filled_disk, mounted_disk
from tests.faults.wrong_clock import replace_clock
from tests.mail.mail_server import running_mail_server
from tests.processes import Process, free_port, wait_for_answer
from tests.processes import running as running_process
from tests.server.test_supervisor import BOOKSHOP, clean_environment
from tests.test_migrations import upgrade

MAX_FILES = 64
RESTORE = (
    "restore the newest backup, which `doctor` names: `bookshop restore FILE`; if the file itself comes back"
)
FAULTS = (
    "disk full",
    "files read-only",
    "file corrupted",
    "clock a day ahead",
    "Stripe’s key revoked",
    "mail server down",
    "PostgreSQL down",
    "out of open files",
    "half a migration",
)


@pytest.fixture(scope="module")
def simulator(own_simulator: Process) -> Process:
    """Use a simulator of this file's own, whose faults meet no other test."""
    return own_simulator


@pytest.fixture
def log() -> Iterator[LogLines]:
    handler = LogLines()
    logging.getLogger("bookshop").addHandler(handler)
    yield handler
    logging.getLogger("bookshop").removeHandler(handler)


@asynccontextmanager
async def running(
    url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, **settings: str
) -> AsyncIterator[FaultShop]:
    database = open_database(url)
    async with running_fault_shop(url, database, simulator.url, monkeypatch, **settings) as shop:
        yield shop
    await database.close()


def test_the_table_has_every_fault() -> None:
    assert list_rows() == list(FAULTS)


async def test_a_full_disk(
    sqlite_url: str, tmp_path: Path, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    (tmp_path / "disk").mkdir()
    with mounted_disk(tmp_path / "disk") as disk:
        shutil.copy(make_url(sqlite_url).database or "", disk / "bookshop.db")
        async with running(f"sqlite:///{disk}/bookshop.db", simulator, monkeypatch) as shop:
            with filled_disk(disk):
                row = await observe(shop, "disk full", log)
            await shop.check_nothing_is_lost()
    compare(row)


async def test_files_that_may_not_be_written(
    sqlite_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    async with running(sqlite_url, simulator, monkeypatch) as shop:
        with without_rights(Path(make_url(sqlite_url).database or "")):
            # a file that is open stays as it was opened: the shop opens it again, as after a restart
            for database in shop.opened:
                await database.close()
            row = await observe(shop, "files read-only", log)
        for database in shop.opened:
            await database.close()
        await shop.check_nothing_is_lost()
    compare(row)


async def test_a_corrupted_file(
    sqlite_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    async with running(sqlite_url, simulator, monkeypatch) as shop:
        with damaged(sqlite_url):
            row = await observe(shop, "file corrupted", log)
            fixes = [result.fix for result in await shop.run_doctor()]
            assert any("`bookshop restore" in fix for fix in fixes)
        await shop.check_nothing_is_lost()
    compare(replace(row, afterwards=f"{RESTORE}, {LATER}"))


async def test_a_clock_that_is_a_day_ahead(
    sqlite_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    async with running(sqlite_url, simulator, monkeypatch) as shop:
        with monkeypatch.context() as patch:
            replace_clock(patch).error = timedelta(days=1)
            now = time.time() + timedelta(days=1).total_seconds()
            patch.setattr("stripe._webhook.time.time", lambda: now)
            log.lines.clear()
            assert await send_webhook(shop, int(now) - 86400) == 400
            row = await observe(shop, "clock a day ahead", log, list(log.lines))
        await shop.check_nothing_is_lost()
    compare(row)


async def test_a_key_that_is_revoked(
    sqlite_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    async with running(sqlite_url, simulator, monkeypatch) as shop:
        await shop.account.ask("POST", "/_control/faults", {"kind": "error-401", "times": "0"})
        row = await observe(shop, "Stripe’s key revoked", log)
        await shop.account.ask("DELETE", "/_control/faults")
        await shop.check_nothing_is_lost()
    compare(row)


async def test_a_mail_server_that_is_down(
    sqlite_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    settings = {"MAIL_FROM": "shop@books.example"}
    async with running_mail_server() as server:
        up = server.settings(DATABASE_URL=sqlite_url)
        settings["SMTP_URL"] = f"smtp://127.0.0.1:{server.port}"
        async with running(sqlite_url, simulator, monkeypatch, **settings) as shop:
            server.faults["EHLO"] = server.faults["HELO"] = ["421 down"] * 99
            await shop.check_nothing_is_lost()
            log.lines.clear()
            next_delay(await send_due_mails(shop.database, up))
            row = await observe(shop, "mail server down", log, list(log.lines))
            server.faults.clear()
            await shop.database.write(make_mails_due)
            await send_due_mails(shop.database, up)
            assert server.copies
            assert set(server.copies.values()) == {1}
    compare(row)


async def test_postgresql_that_is_down(
    postgres_url: str, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    async with running_proxy(postgres_url) as proxy:
        database = open_database(postgres_url)
        async with running_fault_shop(proxy.url, database, simulator.url, monkeypatch) as shop:
            await proxy.stop()
            row = await observe(shop, "PostgreSQL down", log)
            await proxy.start()
            await shop.check_nothing_is_lost()
        await database.close()
    compare(row)


def test_a_worker_that_is_out_of_open_files(sample_shop: Path, tmp_path: Path) -> None:
    shutil.copy(sample_shop, tmp_path / "bookshop.db")
    env = {**clean_environment(), **ENVIRONMENT, "DATABASE_URL": f"sqlite:///{tmp_path}/bookshop.db"}
    port = free_port()
    serve = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{port}"]
    with running_process(serve, port, tmp_path / "log", env, tmp_path) as shop:
        (worker,) = list_workers(shop.process.pid)
        before = resource.prlimit(worker, resource.RLIMIT_NOFILE)
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (MAX_FILES, before[1]))
        with ExitStack() as connections:
            for _ in range(MAX_FILES):
                connections.enter_context(socket.create_connection(("127.0.0.1", port)))
            # uvloop closes what asyncio would let wait
            for path in ("/", "/readyz"):
                with pytest.raises(httpx.TransportError):
                    httpx.get(shop.url + path, timeout=1)
        # the clients have closed their connections
        wait_for_answer(shop)
    compare(
        FaultRow(
            "out of open files",
            "the shop cannot be reached over a new connection",
            "`/readyz` cannot be reached either",
            describe_results([judge_limit(MAX_FILES)]),
            "the worker goes on as soon as files are free again",
        )
    )


async def test_half_a_migration(
    tmp_path: Path, simulator: Process, monkeypatch: pytest.MonkeyPatch, log: LogLines
) -> None:
    url = f"sqlite:///{tmp_path}/bookshop.db"
    database = open_database(url)
    await database.write(upgrade, list_revisions()[-2])
    before = await database.read(read_schema)
    with pytest.raises(Killed):
        await database.write(migrate_half)
    assert await database.read(read_schema) == before
    assert await database.read(find_revision) == list_revisions()[-2]
    refused = await find_database_problem(database, url)
    doctor = await run_doctor(url, database)
    await database.write(migrate)
    async with running_fault_shop(url, database, simulator.url, monkeypatch) as shop:
        await shop.check_nothing_is_lost()
    await database.close()
    compare(
        FaultRow(
            "half a migration",
            "workers that run go on; the shop does not start anew",
            f"`bookshop serve` ends with “bookshop: {refused}”",
            doctor,
            f"a migration is done whole or not at all; after the next `bookshop migrate` {LATER}",
        )
    )


async def run_doctor(url: str, database: Database) -> str:
    """Return what doctor finds in a database that is not migrated."""
    deployment = Deployment(some_settings(DATABASE_URL=url), {}, Path(".env"), database)
    found = [check for check in CHECKS if check.name == "Database"]
    return describe_results(await run_checks(deployment, found))
