"""`bookshop doctor`, as it is run."""

import json
import os
from pathlib import Path

from tests.commands.shop import CommandShop
from tests.server.test_supervisor import run


def test_problems_exit_with_one_and_what_is_safe_is_fixed(folder: Path) -> None:
    left = folder / "var/backups/.unfinished-1"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    done = run(["doctor", "--json", "--fix"], folder)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["fixed"] == ["Unfinished backups that were deleted: 1."]
    assert {"name": "Office", "state": "problem"}.items() <= problem_of(found["checks"], "Office").items()
    assert problem_of(found["checks"], "Covers")["state"] == "ok"
    assert "Traceback" not in done.stderr


def problem_of(checks: list[dict[str, str]], name: str) -> dict[str, str]:
    return next(check for check in checks if check["name"] == name)


async def test_warnings_alone_exit_with_zero(shop: CommandShop) -> None:
    shop.run("staff", "add", "Mei", "--role", "owner")
    done = shop.run("doctor")
    assert "WARNING  Mail: The shop sends no mail.\n" in done.stdout
    assert "PROBLEM" not in done.stdout
    assert done.returncode == 0


def test_settings_that_are_wrong_are_the_problem(folder: Path) -> None:
    (folder / ".env").write_text("SHOP_URL=books.example\n")
    done = run(["doctor"], folder)
    assert done.returncode == 1
    assert "PROBLEM  Settings: SHOP_URL: 'books.example' is not a web address" in done.stdout
    assert f"Change it in {folder}/.env" in done.stdout
