"""The systemd units of docs/deploy allow the system calls that the shop makes."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests import system_call_filter
from tests.importing.test_workbook import BOOKS
from tests.importing.workbooks import an_xlsx
from tests.processes import free_port, running
from tests.server.test_supervisor import BOOKSHOP, clean_environment, copy_shop, write_env
from tests.test_deploy_files import FILES, needs


def bookshop_under(unit: str) -> list[str]:
    """Return the start of a command of the shop that runs under a unit's filter."""
    needs("systemd-analyze")
    return [sys.executable, system_call_filter.__file__, str(FILES / unit), *BOOKSHOP]


@pytest.fixture
def folder(tmp_path: Path, sample_shop: Path) -> Path:
    """Return the folder of a shop with the sample books."""
    write_env(tmp_path)
    copy_shop(sample_shop, tmp_path)
    return tmp_path


def test_the_filter_is_in_force(folder: Path) -> None:
    command = [*bookshop_under("bookshop.service")[:3], sys.executable, "-c", "import os; os.chroot('/')"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr


def test_the_unit_lets_staff_sign_in_and_shoppers_buy(folder: Path) -> None:
    port = free_port()
    command = [*bookshop_under("bookshop.service"), "serve", "--bind", f"127.0.0.1:{port}"]
    with running(command, port, folder / "log", clean_environment(), folder) as shop:
        with httpx.Client(base_url=shop.url, headers={"Sec-Fetch-Site": "same-origin"}) as browser:
            # its hash is computed in a thread that yields to others
            typed = {"name": "Nobody", "password": "some password", "code": "123456"}
            assert browser.post("/office/sign-in", data=typed).status_code == 422
            added = browser.post("/basket", data={"isbn": "9781732265172", "quantity": "1"})
            assert added.status_code == 303
            assert browser.get("/basket").status_code == 200
        log = shop.log.read_text()
    assert log.count("is ready") == 1
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("unit", "arguments"),
    [
        # an owner starts imports by hand, under the same user; a workbook is read by a process with limits
        ("bookshop.service", ["import", "books.xlsx"]),
        ("bookshop-backup.service", ["backup", "--verify"]),
        ("bookshop.service", ["migrate"]),
    ],
)
def test_the_units_let_commands_work(folder: Path, unit: str, arguments: list[str]) -> None:
    (folder / "books.xlsx").write_bytes(an_xlsx(BOOKS))
    command = [*bookshop_under(unit), *arguments]
    done = subprocess.run(
        command, env=clean_environment(), cwd=folder, capture_output=True, text=True, check=False
    )
    assert "PermissionError" not in done.stderr
    assert done.returncode == 0, done.stdout + done.stderr
