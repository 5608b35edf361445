"""The checks on real databases, files and folders."""

import os
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bookshop.backups.make_backup import make_backup
from bookshop.database import Database, open_database
from bookshop.doctor.check import Deployment, Result, State
from bookshop.doctor.check_backups import PLACE, check_backups, judge_place
from bookshop.doctor.check_covers import check_covers
from bookshop.doctor.check_database import MAX_LOG_BYTES, check_database, find_fix, judge_file
from bookshop.doctor.check_disk import check_disk
from bookshop.doctor.check_integrity import check_integrity, is_checking
from bookshop.doctor.check_keys import check_keys
from bookshop.doctor.check_permissions import check_permissions
from bookshop.doctor.check_recovery import check_recovery
from bookshop.doctor.check_settings import check_settings
from bookshop.doctor.check_staff import check_staff
from bookshop.doctor.checks import CHECKS
from bookshop.doctor.order_store import Backlog, find_backlog, list_recent_networks
from bookshop.doctor.repair import repair
from bookshop.doctor.run_checks import run_checks
from bookshop.orders.store import add_order
from bookshop.payments.event_listing import set_events_fetched
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import add_lost_order
from bookshop.recovery.recovery_store import begin_recovery, end_recovery
from bookshop.schema import books, orders
from bookshop.staff.member import Role
from bookshop.staff.store import add_member
from tests.backups.shop import break_a_row, damage_table
from tests.builders import a_book, an_order, sgd, some_settings, store_book

# an index that is walked from its end to a limit is not; the small tables are
WHOLE_TABLE = re.compile(r"SCAN (?:orders|order_\w+|books|mails|stripe_events|payment_attempts|refunds)")
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LOST = LostOrder(
    intent_id="pi_lost",
    recovery_id=1,
    order_id="lost",
    charge_id="ch_lost",
    status="succeeded",
    amount=sgd(1890),
    refunded=sgd(0),
    email="",
    name="",
    address="",
    books="",
    paid_at=NOW,
    found_at=NOW,
)


async def test_every_check_runs_on_a_new_shop(deployment: Deployment) -> None:
    found = await run_checks(deployment, CHECKS)
    named = {result.name: result for result in found}
    assert not [result for result in found if "failed" in result.what]
    assert named["Database"].state is State.OK
    assert all(result.why and result.fix for result in found if result.state is not State.OK)
    settings = deployment.settings
    assert not [key for key in (settings.stripe_secret_key, *settings.secret_key) if key in str(found)]


async def test_an_owner_is_missed(deployment: Deployment) -> None:
    assert state_of(await check_staff(deployment)) is State.PROBLEM
    await deployment.database.write(add_member, "Mei", Role.OWNER, NOW)
    assert state_of(await check_staff(deployment)) is State.OK


def state_of(results: object) -> State:
    assert isinstance(results, list | tuple)
    result = results[0]
    assert isinstance(result, Result)
    return result.state


async def test_a_cover_whose_files_are_gone_is_found(deployment: Deployment) -> None:
    folder = deployment.settings.covers_dir
    folder.mkdir()
    assert state_of(await check_covers(deployment)) is State.OK
    book = await deployment.database.write(store_book, a_book())
    assert state_of(await check_covers(deployment)) is State.OK
    await deployment.database.write(give_cover, book.isbn)
    found = await check_covers(deployment)
    assert state_of(found) is State.PROBLEM
    assert book.isbn in found[0].what


def give_cover(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(cover_version="0123456789ab"))


async def test_what_a_restore_leaves_to_do_is_found(deployment: Deployment) -> None:
    assert await check_recovery(deployment) == []
    recovery = await deployment.database.write(begin_recovery, NOW, NOW)
    found = await check_recovery(deployment)
    assert [(result.name, result.fix) for result in found] == [("Restore", "bookshop recover")]
    await deployment.database.write(end_recovery, recovery.id, NOW)
    await deployment.database.write(add_lost_order, LOST)
    found = await check_recovery(deployment)
    assert [(result.name, result.what) for result in found] == [
        ("Lost orders", "Paid orders that are not in the database: 1.")
    ]


async def test_what_waits_and_where_orders_came_from_is_read(database: Database) -> None:
    book = await database.write(store_book, a_book())
    for number in (1, 2):
        order = replace(an_order(book), network_hash="a" * 64)
        await database.write(add_order, order)
        await database.write(make_paid, order.id, number)
    await database.write(add_order, replace(an_order(book), network_hash="b" * 64))
    assert (await database.read(find_backlog)).events_read_at is None
    await database.write(set_events_fetched, NOW)
    assert await database.read(find_backlog) == Backlog(NOW, NOW, 1, NOW + timedelta(days=1))
    assert await database.read(list_recent_networks) == ["a" * 64] * 2


def make_paid(db: Connection, order_id: str, number: int) -> None:
    """Make an order paid and due; the first needs a review, the second has a dispute."""
    values = {"payment": "paid", "paid_at": NOW, "due_at": NOW + timedelta(hours=number - 1)}
    odd = {"review_reason": "amount"} if number == 1 else {"dispute": "needs_response"}
    due = {"dispute_due_at": NOW + timedelta(days=number - 1)}
    db.execute(orders.update().where(orders.c.id == order_id).values(**values, **odd, **due))


@pytest.fixture
async def local(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Deployment]:
    """Return a deployment on SQLite, whose files only this user can read."""
    settings = some_settings(
        DATABASE_URL=sqlite_url, COVERS_DIR=str(tmp_path / "covers"), BACKUPS_DIR=str(tmp_path / "backups")
    )
    (tmp_path / "bookshop.db").chmod(0o600)
    database = open_database(sqlite_url)
    yield Deployment(settings, {}, tmp_path / ".env", database)
    await database.close()


async def test_a_damaged_file_is_found(local: Deployment, tmp_path: Path) -> None:
    assert state_of(check_integrity(local)) is State.OK
    file = tmp_path / "bookshop.db"
    with file.open("r+b") as stream:
        stream.seek(file.stat().st_size // 2)
        stream.write(b"x" * 20_000)
    found = check_integrity(local)
    assert state_of(found) is State.PROBLEM
    assert "is damaged" in found[0].what


async def test_damage_of_a_table_is_fixed_by_the_newest_backup(local: Deployment, tmp_path: Path) -> None:
    order = an_order(await local.database.write(store_book, a_book()))
    await local.database.write(add_order, order)
    await local.database.write(make_paid, order.id, 1)
    made = await make_backup(local.settings, local.database)
    await local.database.close()
    damage_table(tmp_path / "bookshop.db", "orders")
    found = {result.name: result for result in await run_checks(local, CHECKS)}
    for name in ("Integrity", "Proxies"):
        assert "is damaged" in found[name].what
        assert found[name].fix.endswith(f"`bookshop restore {made.file}`.")
    assert "\n" not in found["Integrity"].what
    assert not [result for result in found.values() if "report it" in result.fix]
    made.file.unlink()
    assert f"There is no backup in {made.file.parent}." in check_integrity(local)[0].fix


async def test_a_damaged_database_is_fixed_by_the_newest_backup(local: Deployment, tmp_path: Path) -> None:
    made = await make_backup(local.settings, local.database)
    await local.database.close()
    (tmp_path / "bookshop.db").write_bytes(b"x" * 20_000)
    assert (await check_database(local))[0].fix.endswith(f"`bookshop restore {made.file}`.")


async def test_no_check_reads_a_whole_table(local: Deployment, tmp_path: Path) -> None:
    statements: list[tuple[str, Any]] = []

    def record(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        statements.append((statement, values))

    event.listen(Engine, "before_cursor_execute", record)
    await run_checks(local, [check for check in CHECKS if check.needs_database])
    event.remove(Engine, "before_cursor_execute", record)
    queries = [one for one in statements if one[0].startswith("SELECT")]
    with closing(sqlite3.connect(tmp_path / "bookshop.db")) as file:
        plans = [
            (sql, file.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()) for sql, values in queries
        ]
    scanned = [sql for sql, plan in plans for row in plan if WHOLE_TABLE.fullmatch(row[-1])]
    assert not scanned
    assert len(plans) > 10


def test_no_second_check_of_the_file_starts_beside_the_first(local: Deployment) -> None:
    with is_checking:
        assert state_of(check_integrity(local)) is State.SKIPPED
    assert state_of(check_integrity(local)) is State.OK


def test_a_log_that_keeps_growing_is_a_warning(tmp_path: Path) -> None:
    file, log = tmp_path / "bookshop.db", tmp_path / "bookshop.db-wal"
    file.touch()
    for size, states in ((MAX_LOG_BYTES, [State.OK]), (MAX_LOG_BYTES + 1, [State.OK, State.WARNING])):
        with log.open("wb") as opened:
            # a hole, which takes no room
            opened.truncate(size)
        assert [result.state for result in judge_file(file)] == states


def test_a_disk_that_the_shop_writes_to_thrice_is_judged_once(local: Deployment) -> None:
    local.settings.covers_dir.mkdir()
    local.settings.backups_dir.mkdir()
    assert [result.name for result in check_disk(local)].count("Disk") == 1


async def test_a_database_that_is_missing_skips_what_needs_it(local: Deployment, tmp_path: Path) -> None:
    (tmp_path / "bookshop.db").unlink()
    assert state_of(await check_database(local)) is State.PROBLEM
    found = {result.name: result.state for result in await run_checks(local, CHECKS)}
    assert found["Mail"] is State.SKIPPED
    assert not (tmp_path / "bookshop.db").exists()


@pytest.fixture
def open_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let others enter the folders of pytest, which only their user may."""
    monkeypatch.setattr("bookshop.doctor.check_permissions.is_reachable", lambda _: True)


@pytest.mark.usefixtures("open_path")
def test_what_others_can_read_or_write_is_closed(local: Deployment, tmp_path: Path) -> None:
    assert state_of(check_permissions(local)) is State.OK
    local.settings.covers_dir.mkdir()
    local.settings.covers_dir.chmod(0o777)
    for path, mode in ((local.env_file, 0o644), (tmp_path / "bookshop.db", 0o664)):
        path.touch()
        path.chmod(mode)
    found = check_permissions(local)
    assert [result.what.removeprefix(f"{tmp_path}/") for result in found] == [
        ".env can be read by others.",
        "bookshop.db can be read by others.",
        "covers can be written by others.",
    ]
    assert len(repair(found)) == len(found)
    modes = [path.stat().st_mode & 0o777 for path in (local.env_file, tmp_path / "bookshop.db")]
    assert modes == [0o640, 0o660]
    assert state_of(check_permissions(local)) is State.OK


@pytest.mark.usefixtures("open_path")
def test_what_a_restore_put_aside_and_each_backup_is_closed(local: Deployment, tmp_path: Path) -> None:
    aside = tmp_path / "bookshop.db.before-20261129T120000.000000Z"
    folder = local.settings.backups_dir
    folder.mkdir()
    backups = [folder / f"bookshop-20261129T03170{n}Z-0023.tar.zst" for n in range(5)]
    for path in (aside, *backups):
        path.touch(0o644)
    found = check_permissions(local)
    named = f"{backups[0]}, {backups[1]}, {backups[2]} and 2 more"
    assert [result.what for result in found] == [
        f"{aside} can be read by others.",
        f"{named} can be read by others.",
    ]
    assert repair(found) == [f"{aside} is closed to others.", f"{named} are closed to others."]
    assert {path.stat().st_mode & 0o777 for path in (aside, *backups)} == {0o640}
    assert state_of(check_permissions(local)) is State.OK


def test_what_others_cannot_reach_may_be_open(local: Deployment, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    local.env_file.touch()
    local.env_file.chmod(0o644)
    assert state_of(check_permissions(local)) is State.OK


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_found(local: Deployment, tmp_path: Path) -> None:
    log = tmp_path / "bookshop.db-wal"
    log.touch()
    os.chown(log, 12345, -1)
    assert [result.what for result in check_permissions(local) if "belong" in result.what] == [
        f"{log} does not belong to the user of {tmp_path}."
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_command_of_another_user_is_found(local: Deployment, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "bookshop.db"):
        os.chown(path, 12345, -1)
    (found,) = check_permissions(local)
    assert (found.state, found.fix) == (
        State.WARNING,
        "Run commands as that user: sudo -u '#12345' bookshop doctor",
    )


@pytest.mark.usefixtures("open_path")
def test_a_folder_where_each_user_owns_their_files_may_be_open(local: Deployment) -> None:
    local.settings.covers_dir.mkdir()
    local.settings.covers_dir.chmod(0o1777)
    assert state_of(check_permissions(local)) is State.OK


def test_unfinished_backups_are_found_when_old_and_deleted(local: Deployment) -> None:
    folder = local.settings.backups_dir
    left = folder / ".unfinished-old"
    left.mkdir(parents=True)
    (folder / "notes.txt").touch()
    assert not [result for result in check_backups(local) if result.repair]
    os.utime(left, (0, 0))
    assert repair(check_backups(local)) == ["Unfinished backups that were deleted: 1."]
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


async def test_a_folder_for_covers_is_created_by_an_import(local: Deployment) -> None:
    found = await check_covers(local)
    assert state_of(found) is State.OK
    assert found[0].what == f"There are no covers; the first import creates {local.settings.covers_dir}."
    local.settings.covers_dir.write_text("a file")
    assert state_of(await check_covers(local)) is State.PROBLEM


@pytest.mark.parametrize(
    ("url", "problem", "fix"),
    [
        ("sqlite:///{}/missing.db", "There is no database.", "elsewhere: `bookshop restore FILE`"),
        ("sqlite:///{}/bookshop.db", "It is out of date. Run `bookshop migrate`.", "again after that"),
        ("sqlite:///{}/bookshop.db", "The database is damaged.", "elsewhere: `bookshop restore FILE`"),
        ("sqlite:///{}/bookshop.db", "The disk is full.", "docs/deploy.md says what each state"),
        ("postgresql://localhost/bookshop", "It cannot be opened.", "try psql with the same address"),
    ],
)
@pytest.mark.usefixtures("local")
def test_a_database_that_cannot_be_used_has_a_fix(tmp_path: Path, url: str, problem: str, fix: str) -> None:
    assert fix in find_fix(url.format(tmp_path), problem, tmp_path)


def test_a_repair_that_fails_is_told() -> None:
    def refuse() -> str:
        raise PermissionError(1, "Operation not permitted")

    result = Result("Any", State.PROBLEM, "It is open.", repair=refuse)
    assert repair([result]) == ["This could not be fixed (Operation not permitted): It is open."]


def test_an_old_signing_key_goes_after_a_month(local: Deployment) -> None:
    secret = ",".join((f"{'kb83hfkw93nchq7s' * 2}1", f"{'pq29dnfhwo23xzma' * 2}2"))
    replacing = replace(local, settings=some_settings(SECRET_KEY=secret))
    assert [check_keys(replacing)[-1].state] == [State.OK]
    replacing.env_file.touch()
    assert [check_keys(replacing)[-1].state] == [State.OK]
    os.utime(replacing.env_file, (0, 0))
    assert [check_keys(replacing)[-1].state] == [State.WARNING]


def test_a_misspelt_setting_is_found(local: Deployment) -> None:
    assert state_of(check_settings(local)) is State.OK
    assert state_of(check_settings(replace(local, environment={"SHOP_NAEM": "x"}))) is State.WARNING


def test_a_short_signing_key_is_a_warning(local: Deployment) -> None:
    assert check_keys(local)[-1].state is State.WARNING


def test_backups_among_the_covers_are_a_problem(local: Deployment) -> None:
    within = replace(local.settings, backups_dir=local.settings.covers_dir / "backups")
    place = [result for result in check_backups(replace(local, settings=within)) if result.name == PLACE]
    assert [result.state for result in place] == [State.PROBLEM]
    assert not [result for result in check_backups(local) if result.name == PLACE]


def test_backups_on_the_disk_of_the_database_are_a_warning(tmp_path: Path) -> None:
    now, database, mark = datetime.now(UTC), tmp_path / "bookshop.db", tmp_path / ".copied"
    (found,) = judge_place(tmp_path, database, now)
    assert (found.state, found.fix.endswith(f"touch {mark}")) == (State.WARNING, True)
    assert not list(judge_place(Path("/proc"), database, now))
    mark.touch()
    assert state_of(list(judge_place(tmp_path, database, now))) is State.OK
    assert state_of(list(judge_place(tmp_path, database, now + timedelta(days=9)))) is State.WARNING


def test_a_row_that_breaks_its_table_is_damage(local: Deployment, tmp_path: Path) -> None:
    break_a_row(tmp_path / "bookshop.db")
    found = check_integrity(local)
    assert state_of(found) is State.PROBLEM
    assert "NULL value in counters.value" in found[0].what


def test_a_locked_file_is_not_called_damaged(local: Deployment, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "bookshop.db", isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
        file.execute("BEGIN EXCLUSIVE")
        found = check_integrity(local)
    assert state_of(found) is State.SKIPPED
    assert "locked" in found[0].what


def test_a_folder_of_backups_that_others_use_stays_open_to_them(
    local: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshop.doctor.check_permissions.is_reachable", lambda _: True)
    folder = local.settings.backups_dir
    folder.mkdir()
    folder.chmod(0o1777)
    assert state_of(check_permissions(local)) is State.OK
    (folder / "bookshop-20261129T031700Z-0023.tar.zst").touch(0o644)
    assert state_of(check_permissions(local)) is State.PROBLEM
