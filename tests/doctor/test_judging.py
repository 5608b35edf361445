"""What each check makes of what it sees."""

import os
import resource
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bookshop.doctor import (
    check_backups,
    check_disk,
    check_integrity,
    check_keys,
    check_law_pages,
    check_mail,
)
from bookshop.doctor.check import Result, State
from bookshop.doctor.check_database import judge_server
from bookshop.doctor.check_open_files import judge_limit
from bookshop.doctor.check_proxies import judge_proxies
from bookshop.doctor.check_recovery import judge_recovery
from bookshop.doctor.check_work import judge_work
from bookshop.doctor.order_store import Backlog
from bookshop.doctor.postgresql_store import ServerState
from tests.builders import some_settings

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OK, WARNING, PROBLEM = State.OK, State.WARNING, State.PROBLEM
LIVE = {
    "STRIPE_SECRET_KEY": "sk_live_x",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_x",
    "SHOP_URL": "https://books.example",
}


def states(results: Iterable[Result]) -> list[State]:
    """Return the states; what is not in order has a reason, and a way to fix it."""
    found = list(results)
    assert all(result.why and result.fix for result in found if result.state in (WARNING, PROBLEM))
    return [result.state for result in found]


@pytest.mark.parametrize(
    ("changed", "state"),
    [({}, OK), ({"SHOP_URL": "https://books.example"}, WARNING), (LIVE, OK)],
)
def test_test_keys_are_for_this_machine(changed: dict[str, str], state: State) -> None:
    assert states([check_keys.judge_mode(some_settings(**changed))]) == [state]


@pytest.mark.parametrize(
    ("proxies", "url", "networks", "state"),
    [
        ("0", "http://localhost:5000", [], OK),
        ("1", "https://books.example", [], OK),
        ("1", "https://books.example", ["a"] * 9, OK),
        ("1", "https://books.example", ["a"] * 10, WARNING),
        ("1", "https://books.example", ["a"] * 10 + ["b"], OK),
        ("1", "http://localhost:5000", [], WARNING),
        ("0", "https://books.example", [], PROBLEM),
    ],
)
def test_proxies_go_with_the_address_and_the_networks(
    proxies: str, url: str, networks: list[str], state: State
) -> None:
    settings = some_settings(TRUSTED_PROXIES=proxies, SHOP_URL=url)
    assert states([judge_proxies(settings, networks)]) == [state]


@pytest.mark.parametrize(
    ("free_mb", "free_files", "database_mb", "state"),
    [
        (5000, 10**6, 100, OK),
        (5000, 10**6, 2600, WARNING),
        (999, 10**6, 1, WARNING),
        (199, 10**6, 1, PROBLEM),
        (5000, 999, 1, PROBLEM),
    ],
)
def test_a_disk_needs_room_for_a_copy(free_mb: int, free_files: int, database_mb: int, state: State) -> None:
    space = SimpleNamespace(f_bavail=free_mb * 1000, f_frsize=1000, f_files=10**7, f_favail=free_files)
    judged = check_disk.judge_space(Path("/var"), cast(os.statvfs_result, space), database_mb * 10**6)
    assert states([judged]) == [state]


@pytest.mark.parametrize(
    ("kind", "found"),
    [("ext4", [OK]), ("nfs4", [PROBLEM]), ("fuse.sshfs", [PROBLEM]), ("overlay", [WARNING]), ("", [])],
)
def test_sqlite_is_on_a_disk_of_this_machine(kind: str, found: list[State]) -> None:
    assert states(check_disk.judge_file_system(Path("bookshop.db"), kind)) == found


def test_the_file_system_is_that_of_the_nearest_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a b" / "c").mkdir(parents=True)
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/ {tmp_path}/a\\040b nfs4 rw 0 0\n")
    monkeypatch.setattr(check_disk, "MOUNTS", mounts)
    assert check_disk.find_file_system(tmp_path / "a b" / "c" / "missing" / "bookshop.db") == "nfs4"
    assert check_disk.find_file_system(tmp_path / "bookshop.db") == "ext4"
    monkeypatch.setattr(check_disk, "MOUNTS", tmp_path / "none")
    assert check_disk.find_file_system(tmp_path / "bookshop.db") == ""


@pytest.mark.parametrize(
    ("major", "connections", "failures", "found"),
    [
        (17, 5, 0, [OK]),
        (14, 5, 0, [WARNING]),
        (12, 5, 0, [PROBLEM]),
        (17, 81, 0, [OK, WARNING]),
        (17, 5, 1, [OK, PROBLEM]),
    ],
)
def test_a_server_is_supported_has_room_and_is_whole(
    major: int, connections: int, failures: int, found: list[State]
) -> None:
    server = ServerState(major, 10**6, connections, 100, failures)
    assert states(judge_server(server, Path("backups"))) == found


@pytest.mark.parametrize(
    ("minutes", "has_server", "state"),
    [(None, True, OK), (14, True, OK), (16, True, PROBLEM), (16, False, WARNING)],
)
def test_mail_does_not_wait_for_long(minutes: int | None, has_server: bool, state: State) -> None:
    oldest = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert states([check_mail.judge_queue(oldest, NOW, has_server=has_server)]) == [state]


def test_every_mail_that_was_not_sent_is_a_warning() -> None:
    assert states(check_mail.judge_failed(0)) == []
    assert [next(iter(check_mail.judge_failed(count))).what for count in (1, 2, 100)] == [
        "1 mail was not sent, or perhaps not.",
        "2 mails were not sent, or perhaps not.",
        "100 or more mails were not sent, or perhaps not.",
    ]


@pytest.mark.parametrize(
    ("backlog", "found"),
    [
        (Backlog(None, None, 0, None), [OK, OK]),
        (Backlog(NOW - timedelta(minutes=14), NOW, 0, None), [OK, OK]),
        (Backlog(NOW - timedelta(minutes=16), NOW, 0, None), [PROBLEM, OK]),
        (Backlog(None, NOW - timedelta(minutes=16), 0, None), [OK, PROBLEM]),
        (Backlog(None, NOW, 3, None), [OK, OK, WARNING]),
        (Backlog(None, NOW, 0, NOW + timedelta(days=2)), [OK, OK, WARNING]),
        (Backlog(None, NOW, 0, NOW - timedelta(days=2)), [OK, OK, PROBLEM]),
    ],
)
def test_work_that_waits_is_reported(backlog: Backlog, found: list[State]) -> None:
    assert states(judge_work(backlog, NOW)) == found


def backup(age: timedelta, verified: timedelta | None = None) -> Any:
    return SimpleNamespace(made_at=NOW - age, verified_at=None if verified is None else NOW - verified)


@pytest.mark.parametrize(
    ("backups", "newest", "verified"),
    [
        ([], PROBLEM, []),
        ([backup(timedelta(hours=25), timedelta(days=34))], OK, [OK]),
        ([backup(timedelta(hours=27))], WARNING, [WARNING]),
        ([backup(timedelta(days=40), timedelta(days=36)), backup(timedelta(days=4))], PROBLEM, [WARNING]),
    ],
)
def test_a_live_shop_has_a_new_backup_and_a_verified_one(
    backups: list[Any], newest: State, verified: list[State]
) -> None:
    assert states([check_backups.judge_newest(backups, NOW, is_live=True)]) == [newest]
    assert states(check_backups.judge_verified(backups, NOW)) == verified


def test_a_shop_that_is_being_tried_needs_no_backup() -> None:
    assert states([check_backups.judge_newest([], NOW, is_live=False)]) == [WARNING]


PAGES = {
    "PRIVACY_URL": "https://a.example/privacy",
    "TERMS_URL": "https://a.example/terms/",
    "SHOP_ADDRESS": "1 Street",
}
NOTICE = {"LEGAL_NOTICE_URL": "https://a.example/imprint"}


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        (PAGES, 0),
        ({**PAGES, "SHOP_DELIVERY_COUNTRIES": "SG,DE"}, 1),
        ({**PAGES, **NOTICE, "SHOP_DELIVERY_COUNTRIES": "SG,DE"}, 0),
        ({**PAGES, "PRIVACY_URL": ""}, 1),
        ({**PAGES, "TERMS_URL": ""}, 1),
        ({**PAGES, "SHOP_EMAIL": ""}, 1),
        ({}, 3),
    ],
)
def test_pages_are_required_by_the_countries_served(changed: dict[str, str], missing: int) -> None:
    found = list(check_law_pages.find_missing(some_settings(**changed)))
    assert states(found) == [WARNING] * missing


def test_an_integrity_check_states_how_far_it_came() -> None:
    file = Path("bookshop.db")
    assert "There was no time" in check_integrity.judge(check_integrity.CheckedTables(3), 9, file, file).what
    whole = check_integrity.judge(check_integrity.CheckedTables(9), 9, file, file)
    assert (whole.state, whole.what) == (OK, "9 of 9 tables were checked and are whole.")
    damaged = check_integrity.judge(check_integrity.CheckedTables(9, ["row 1 missing"]), 9, file, file)
    assert states([damaged]) == [PROBLEM]


@pytest.mark.parametrize(
    ("is_pending", "lost", "count"), [(False, 0, 0), (True, 0, 1), (False, 1, 1), (True, 100, 2)]
)
def test_what_follows_a_restore_is_a_problem_until_done(lost: int, count: int, *, is_pending: bool) -> None:
    assert states(judge_recovery(lost, is_pending=is_pending)) == [PROBLEM] * count


def test_a_webhook_secret_is_missed() -> None:
    assert states(check_keys.judge_webhook_secret(some_settings())) == []
    assert states(check_keys.judge_webhook_secret(some_settings(STRIPE_WEBHOOK_SECRET=""))) == [WARNING]


@pytest.mark.parametrize(("limit", "state"), [(1023, PROBLEM), (1024, OK), (resource.RLIM_INFINITY, OK)])
def test_a_process_needs_open_files(limit: int, state: State) -> None:
    assert states([judge_limit(limit)]) == [state]
