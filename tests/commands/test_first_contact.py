"""A first start: busy ports, a wrong DATABASE_URL, missing and misspelt settings."""

import json
import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from tests.builders import ENVIRONMENT, some_settings
from tests.processes import free_port, is_answered
from tests.server.test_supervisor import BOOKSHOP, clean_environment, run

ISBN_LIST = "isbn,title\n9780306406157,Emma\n"
NEEDING_A_DATABASE = {
    "serve": ["serve", "--bind", "127.0.0.1:0"],
    "orders": ["orders"],
    "order": ["orders", "1001"],
    "audit": ["audit"],
    "audit --stripe": ["audit", "--stripe"],
    "reconcile": ["reconcile"],
    "refund": ["refund", "1001"],
    "import": ["import", "list.csv"],
    "stock": ["stock", "list.csv"],
    "covers": ["covers", "pictures"],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with files to import."""
    (tmp_path / "list.csv").write_text(ISBN_LIST)
    (tmp_path / "pictures").mkdir()
    return tmp_path


def run_and_fail(arguments: list[str], folder: Path, **env: str) -> str:
    """Return the only line that a command prints before it fails."""
    done = run(arguments, folder, **{**ENVIRONMENT, "STRIPE_API_BASE": "http://127.0.0.1:9", **env})
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (1, 1), done.stderr
    return lines[0]


@pytest.mark.parametrize("command", NEEDING_A_DATABASE)
def test_a_mistyped_database_is_named_and_not_created(place: Path, command: str) -> None:
    url = "sqlite:///vra/bookshop.db"
    line = run_and_fail(NEEDING_A_DATABASE[command], place, DATABASE_URL=url)
    assert f"There is no database at {place}/vra/bookshop.db." in line
    assert "`bookshop migrate`" in line
    assert not (place / "vra").exists()


@pytest.mark.parametrize("command", ["migrate", *NEEDING_A_DATABASE])
def test_a_file_that_is_no_database_is_one_line(place: Path, command: str) -> None:
    (place / "bookshop.db").write_text("not a database " * 100)
    arguments = NEEDING_A_DATABASE.get(command, [command])
    line = run_and_fail(arguments, place, DATABASE_URL="sqlite:///bookshop.db")
    assert f"The database {place}/bookshop.db is damaged, or is not a database." in line


@pytest.mark.parametrize("command", ["migrate", "serve", "orders"])
def test_a_folder_or_server_that_cannot_be_opened_is_one_line(place: Path, command: str) -> None:
    arguments = NEEDING_A_DATABASE.get(command, [command])
    (place / "opened.db").mkdir()
    assert "opened.db cannot be opened" in run_and_fail(arguments, place, DATABASE_URL="sqlite:///opened.db")
    port = free_port()
    url = f"postgresql://shop:hunter2@127.0.0.1:{port}/books"
    line = run_and_fail(arguments, place, DATABASE_URL=url)
    assert "The database books at 127.0.0.1 cannot be opened" in line
    assert "hunter2" not in line


def test_a_folder_that_cannot_be_made_is_named(place: Path) -> None:
    line = run_and_fail(["migrate"], place, DATABASE_URL="sqlite:///list.csv/var/bookshop.db")
    assert line == "Error: list.csv/var: Not a directory."
    demo = run_and_fail(["demo", "--data", "list.csv/var", "--port", str(free_port())], place)
    assert demo == "Error: list.csv/var: Not a directory."


def test_another_fault_is_not_blamed_on_the_database(place: Path) -> None:
    url = "sqlite:///var/bookshop.db"
    assert run(["migrate"], place, **ENVIRONMENT, DATABASE_URL=url).returncode == 0

    async def work(database: Database) -> None:
        (place / "list.csv" / "covers").mkdir()

    settings = some_settings(DATABASE_URL=f"sqlite:///{place}/var/bookshop.db")
    with pytest.raises(click.ClickException, match=r"/list.csv/covers: Not a directory\.$"):
        run_with_database(settings, work)


def test_an_old_database_is_not_sent_to_a_command_that_refuses_it(place: Path) -> None:
    with sqlite3.connect(place / "old.db") as db:
        db.execute("CREATE TABLE alembic_version (version_num TEXT)")
        db.execute("INSERT INTO alembic_version VALUES ('0007_before')")
    db.close()
    for command in (["orders"], ["migrate"], NEEDING_A_DATABASE["serve"]):
        line = run_and_fail(command, place, DATABASE_URL="sqlite:///old.db")
        assert "of another version of Bookshop (0007_before)" in line


@contextmanager
def taken(port: int) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", port)):
        yield port


@pytest.mark.parametrize("command", ["serve", "demo", "simulator"])
def test_a_busy_port_is_one_line(tmp_path: Path, command: str) -> None:
    with taken(free_port()) as port:
        option = ["--bind", f"127.0.0.1:{port}"] if command == "serve" else ["--port", str(port)]
        line = run_and_fail([command, *option], tmp_path)
    assert f"Cannot listen on 127.0.0.1:{port}: another program listens there." in line
    assert "Errno" not in line


@pytest.mark.parametrize(
    "bind", ["127.0.0.1:80000", "127.0.0.1", "127.0.0.1:http", "203.0.113.7:8000", "unix:/no/such", "fd://77"]
)
def test_an_address_on_which_nothing_can_listen_is_one_line(tmp_path: Path, bind: str) -> None:
    line = run_and_fail(["serve", "--bind", bind], tmp_path)
    assert line.startswith(f"bookshop: Cannot listen on {bind}: ")
    assert "Errno" not in line


@pytest.mark.parametrize("command", ["demo", "simulator"])
def test_a_port_that_does_not_exist_is_bad_usage(tmp_path: Path, command: str) -> None:
    assert run([command, "--port", "99999"], tmp_path).returncode == 2


def test_the_demo_takes_the_next_free_ports_and_says_how_to_reach_its_orders(tmp_path: Path) -> None:
    log = tmp_path / "log"
    taken_before = is_answered("http://127.0.0.1:5000")
    with socket.socket() as listener:
        if not taken_before:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", 5000))
            listener.listen()
        with log.open("w") as output:
            demo = subprocess.Popen(
                [*BOOKSHOP, "demo"],
                cwd=tmp_path,
                env={**clean_environment(), "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=output,
            )
        try:
            deadline = time.monotonic() + 60
            while "The shop is open" not in log.read_text():
                assert demo.poll() is None, log.read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert "http://localhost:5000" not in log.read_text()
            assert re.search(r"Its office: http://localhost:\d+/office/welcome/[\w-]{43} ", log.read_text())
            orders = run(["--env-file", "var/demo.env", "orders"], tmp_path)
            assert orders.returncode == 0, orders.stderr
            assert orders.stdout.startswith("NUMBER")
            assert "bookshop --env-file var/demo.env orders" in log.read_text()
            assert (tmp_path / "var/demo.env").stat().st_mode & 0o77 == 0
            databases = list(tmp_path.glob("var/bookshop.db*"))
            assert databases
            assert all(file.stat().st_mode & 0o7 == 0 for file in databases)
            assert run(["--env-file", "var/demo.env", "backup"], tmp_path).returncode == 0
            checked = json.loads(run(["--env-file", "var/demo.env", "doctor", "--json"], tmp_path).stdout)
            problems = [check for check in checked["checks"] if check["state"] == "problem"]
            assert problems == []
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(30)


def test_missing_settings_say_where_they_were_looked_for(tmp_path: Path) -> None:
    done = run(["orders"], tmp_path)
    assert done.returncode == 1
    assert f"settings come from the environment and {tmp_path}/.env, which does not exist" in done.stderr


def test_misspelt_settings_are_reported_and_those_of_others_are_not(tmp_path: Path) -> None:
    env = {**ENVIRONMENT, "SHOP_NAEM": "x", "STRIPE_SECRET": "y", "STRIPE_API_KEY": "z", "SHOPPING": "s"}
    done = run(["orders"], tmp_path, **env)
    assert done.stderr.splitlines()[:-1] == [
        "bookshop: SHOP_NAEM is not a setting and has no effect; did you mean SHOP_NAME?",
        "bookshop: STRIPE_SECRET is not a setting and has no effect; did you mean STRIPE_SECRET_KEY?",
    ]
    assert "STRIPE_API_KEY" not in done.stderr
    assert "SHOPPING" not in done.stderr


@pytest.mark.parametrize("content", [b"SHOP_NAME=\xff\xfe", b"SECRET_KEY=\x00"])
def test_a_dotenv_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    done = run(["orders"], tmp_path, **{**ENVIRONMENT, "DATABASE_URL": "sqlite:///none.db"})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_the_version_is_shown(tmp_path: Path) -> None:
    done = run(["--version"], tmp_path)
    assert (done.returncode, done.stdout[:8]) == (0, "bookshop")
