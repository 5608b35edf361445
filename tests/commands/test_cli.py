"""Errors, bad usage and the imports of all commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bookshop.cli import main
from tests.builders import ENVIRONMENT
from tests.commands.shop import CommandShop
from tests.processes import free_port
from tests.server.test_supervisor import clean_environment, run

ROOT = Path(__file__).parents[2]


async def test_a_failure_is_one_line(shop: CommandShop) -> None:
    order = await shop.place(intent_id="pi_missing")
    unread = f"The payment could not be read from Stripe for {order.id}. Try again later."
    (shop.folder / "empty.db").touch()
    nowhere = f"http://127.0.0.1:{free_port()}"
    for arguments, env, line in (
        (["orders", "77"], {}, no_order("77")),
        (["orders", "9" * 30], {}, no_order("9" * 30)),
        (["reconcile", "unknown"], {}, no_order("unknown")),
        (["reconcile", ""], {}, no_order("")),
        (["reconcile"], {}, unread),
        (["reconcile"], {"STRIPE_API_BASE": nowhere}, unread),
        (
            ["audit", "--stripe"],
            {"STRIPE_API_BASE": nowhere},
            "Stripe could not be reached (APIConnectionError). Try again later.",
        ),
        (
            ["audit"],
            {"DATABASE_URL": f"sqlite:///{shop.folder}/empty.db"},
            "The database schema is out of date. Run `bookshop migrate`.",
        ),
        (
            ["orders"],
            {"DATABASE_URL": f"postgresql://shop:secret@127.0.0.1:{free_port()}/shop"},
            "The database shop at 127.0.0.1 cannot be opened. Check DATABASE_URL.",
        ),
    ):
        done = shop.run(*arguments, **env)
        assert (done.returncode, done.stderr) == (1, f"Error: {line}\n")


def no_order(name: str) -> str:
    return f"No order has the number or id {name!r}. `bookshop orders` lists the orders."


@pytest.mark.parametrize(
    "arguments",
    [
        ["orders", "--state", "lost"],
        ["orders", "--limit", "0"],
        ["orders", "1001", "--state", "paid"],
        ["audit", "x"],
        ["covers"],
        ["covers", "no-such-folder"],
        ["covers", ".", "--from-feeds"],
    ],
)
def test_bad_usage_has_a_status_of_its_own(tmp_path: Path, arguments: list[str]) -> None:
    done = run(arguments, tmp_path, **ENVIRONMENT)
    assert done.returncode == 2
    assert "Usage: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--help"], {"quart", "sqlalchemy", "stripe", "hypercorn"}),
        (["audit"], {"quart", "stripe", "hypercorn", "alembic"}),
        (["orders"], {"quart", "stripe", "hypercorn", "alembic"}),
        (["migrate"], {"quart", "stripe", "hypercorn"}),
    ],
)
def test_a_command_starts_without_what_it_does_not_need(
    shop: CommandShop, arguments: list[str], unneeded: set[str]
) -> None:
    code = "import sys, bookshop.cli as c; c.main(standalone_mode=False)"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, *arguments],
        cwd=shop.folder,
        env={**clean_environment(), **shop.env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert imported & unneeded == set()
    assert "click" in imported


def test_the_documents_name_commands_that_exist_and_every_command() -> None:
    texts = [file.read_text() for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]
    named = {
        name for text in texts for name in re.findall(r"(?:^ {4}(?:\$ )?|`)bookshop ([a-z]+)", text, re.M)
    }
    assert named == main.commands.keys()
