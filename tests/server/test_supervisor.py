"""The commands that start the shop, each as a process of its own."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.builders import ENVIRONMENT
from tests.fork_server import run_command
from tests.processes import Process, free_port, running, running_shop

BOOKSHOP = [sys.executable, "-m", "bookshop"]
PRIVATE = ("STRIPE_", "SHOP_", "SECRET_KEY", "DATABASE_URL", "COVER", "DOWNLOAD_COVERS")


def clean_environment() -> dict[str, str]:
    """This process's environment without the shop's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PRIVATE)}


def run(arguments: list[str], folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end."""
    return run_command(arguments, folder, {**clean_environment(), **env})


def read(process: Process, path: str) -> str:
    with urllib.request.urlopen(process.url + path) as answer:
        return str(answer.read().decode())


def write_env(folder: Path, **changed: str) -> None:
    values = {**ENVIRONMENT, "SHOP_NAME": "The Test Shop", **changed}
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def copy_shop(sample_shop: Path, folder: Path) -> None:
    """Give the shop of a folder, at the default DATABASE_URL, the sample books."""
    (folder / "var").mkdir()
    shutil.copy(sample_shop, folder / "var" / "bookshop.db")


def test_hypercorn_needs_only_a_dotenv_file(tmp_path: Path) -> None:
    write_env(tmp_path)
    assert run(["migrate", "--with-samples"], tmp_path).returncode == 0
    with running_shop(tmp_path / "log", free_port(), {}, tmp_path, workers=2) as shop:
        assert "The Test Shop" in read(shop, "/")
        assert "The Art of Doing Science and Engineering" in read(shop, "/books/9781732265172")
    log = shop.log.read_text()
    assert "bookshop.logs.request_log GET catalogue.book 200" in log
    # what hypercorn logs itself is not logged twice
    assert log.count("[INFO] Running on") == log.count("Running on")


def test_serve_is_the_same_with_good_defaults(tmp_path: Path, sample_shop: Path) -> None:
    write_env(tmp_path)
    copy_shop(sample_shop, tmp_path)
    port = free_port()
    command = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    with running(command, port, tmp_path / "log", {"LOG_FORMAT": "json"}, tmp_path) as shop:
        assert "The Test Shop" in read(shop, "/")
    lines = [line for line in shop.log.read_text().splitlines() if not line.startswith("bookshop: ")]
    assert {json.loads(line).get("route") for line in lines} >= {"catalogue.home"}


def test_quart_runs_it_too(tmp_path: Path, sample_shop: Path) -> None:
    write_env(tmp_path)
    copy_shop(sample_shop, tmp_path)
    port = free_port()
    command = [sys.executable, "-m", "quart", "--app", "bookshop", "run", "--port", str(port)]
    with running(command, port, tmp_path / "log", cwd=tmp_path) as shop:
        assert "The Test Shop" in read(shop, "/")


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is missing"),
        (
            {"STRIPE_SECRET_KEY": "pk_test_x", "STRIPE_PUBLISHABLE_KEY": "sk_test_x"},
            "STRIPE_SECRET_KEY: .*this is a publishable key",
        ),
        ({"SHOP_CURRENCY": "BHD"}, "SHOP_CURRENCY: 'BHD' is not a currency"),
        ({"STRIPE_SECRET_KEY": "sk_live_x"}, "STRIPE_PUBLISHABLE_KEY: .*live"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(
    tmp_path: Path, changed: dict[str, str], line: str
) -> None:
    write_env(tmp_path, **changed)
    for command in (["serve", "--bind", f"127.0.0.1:{free_port()}"], ["migrate"]):
        done = run(command, tmp_path)
        assert done.returncode == 1
        assert re.search(line, done.stderr)
        assert "Traceback" not in done.stderr
        assert "sk_test_x" not in done.stderr


def test_the_demo_never_sells_samples_for_real_money(tmp_path: Path) -> None:
    write_env(tmp_path, STRIPE_SECRET_KEY="sk_live_hunter2", STRIPE_PUBLISHABLE_KEY="pk_live_x")
    done = run(["demo", "--port", str(free_port())], tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The demo sells sample books")
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.stderr
    assert not (tmp_path / "var").exists()


def test_hypercorn_with_a_bad_setting_names_it(tmp_path: Path) -> None:
    write_env(tmp_path, STRIPE_SECRET_KEY="")
    hypercorn = str(Path(sys.executable).with_name("hypercorn"))
    command = [hypercorn, "bookshop:create_app()", "--bind", f"127.0.0.1:{free_port()}"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "bookshop: STRIPE_SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_error_of_a_database_without_tables_says_what_to_do(tmp_path: Path) -> None:
    write_env(tmp_path)
    done = run(["serve", "--bind", f"127.0.0.1:{free_port()}"], tmp_path)
    assert done.returncode == 1
    assert "create it with `bookshop migrate`" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


def test_migrating_twice_does_no_harm(tmp_path: Path) -> None:
    write_env(tmp_path)
    for result in (
        "The database is created.\nAdded 92 sample books.\n",
        "The database is up to date.\nIt has books already, so no samples were added.\n",
    ):
        done = run(["migrate", "--with-samples"], tmp_path)
        assert (done.returncode, done.stdout) == (0, result)


def test_the_demo_is_a_whole_shop_with_its_own_stripe(tmp_path: Path) -> None:
    port = free_port()
    command = [*BOOKSHOP, "demo", "--port", str(port), "--data", str(tmp_path / "data")]
    with running(command, port, tmp_path / "log", cwd=tmp_path) as shop:
        assert "a practice shop" in read(shop, "/")
        simulator = Process(f"http://127.0.0.1:{port + 1}", shop.process, shop.log)
        asked = json.loads(read(simulator, "/_control/requests"))
        # of the shop itself, when it starts; no page has asked for anything
        assert [one for one in asked if one["path"] != "/v1/events"] == []
        assert "window.Stripe" in read(simulator, "/endive/stripe.js")
        assert (tmp_path / "data/bookshop.db").exists()
        shop.process.send_signal(signal.SIGINT)
        assert shop.process.wait(10) == 0
    assert f"http://localhost:{port}" in (tmp_path / "log").read_text()


def test_the_demo_keeps_its_secret_to_itself(tmp_path: Path) -> None:
    port = free_port()
    command = [*BOOKSHOP, "demo", "--port", str(port), "--data", str(tmp_path)]
    for _ in range(2):
        with running(command, port, tmp_path / "log", cwd=tmp_path):
            secret = (tmp_path / "secret-key").read_text()
    assert oct((tmp_path / "secret-key").stat().st_mode)[-3:] == "600"
    assert secret not in (tmp_path / "log").read_text()


def test_help_is_documentation(tmp_path: Path) -> None:
    done = run(["--help"], tmp_path)
    for name in ("serve", "demo", "simulator", "migrate"):
        assert re.search(rf"^  {name} +\S", done.stdout, re.MULTILINE)
        assert run([name, "--help"], tmp_path).returncode == 0
