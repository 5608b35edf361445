"""What systemd is told about the shop, and from where a worker is started."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookshop.server.systemd import feed_watchdog, notify
from tests.processes import free_port, running
from tests.server.test_supervisor import BOOKSHOP, clean_environment, copy_shop, write_env
from tests.server.test_worker import running_worker

PATIENCE = 60
ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["/", "@"])
def systemd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[socket.socket]:
    """Receive what is sent to systemd, at a path or at an abstract address."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path if request.param == "/" else f"\0{path}")
        receiver.settimeout(PATIENCE)
        monkeypatch.setenv("NOTIFY_SOCKET", path if request.param == "/" else f"@{path}")
        yield receiver


def test_a_state_reaches_systemd(systemd: socket.socket) -> None:
    notify("READY=1")
    assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")


async def test_the_watchdog_is_fed_only_while_a_worker_responds(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "150000")
    systemd.setblocking(False)
    with socket.socket() as hung:
        hung.bind(("127.0.0.1", 0))
        hung.listen()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(feed_watchdog(hung.getsockname()), 0.5)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)
    async with running_worker() as worker, asyncio.timeout(PATIENCE):
        feeding = asyncio.create_task(feed_watchdog(("127.0.0.1", worker.port)))
        assert await asyncio.get_running_loop().sock_recv(systemd, 100) == b"WATCHDOG=1"
        feeding.cancel()


@pytest.mark.parametrize("systemd", ["/"], indirect=True)
def test_a_shop_reports_its_start_and_its_end(
    systemd: socket.socket, tmp_path: Path, sample_shop: Path
) -> None:
    write_env(tmp_path)
    copy_shop(sample_shop, tmp_path)
    port = free_port()
    env = clean_environment() | {"WATCHDOG_USEC": "3000000"}
    command = [*BOOKSHOP, "serve", "--bind", f"127.0.0.1:{port}"]
    with running(command, port, tmp_path / "log", env, tmp_path) as shop:
        assert systemd.recv(100) == b"READY=1"
        assert systemd.recv(100) == b"WATCHDOG=1"
        shop.process.send_signal(signal.SIGTERM)
        while (state := systemd.recv(100)) == b"WATCHDOG=1":
            pass
        assert state == b"STOPPING=1"


SHOW = """
import json, os, sys
from pathlib import Path
from bookshop.server.supervisor import find_python
first = find_python()
link = Path(sys.argv[1])
link.unlink()
link.symlink_to(sys.argv[2])
print(json.dumps([sys.executable, first, find_python()]))
"""


def test_a_worker_is_of_the_version_that_a_link_leads_to_when_it_starts(tmp_path: Path) -> None:
    link, releases = tmp_path / "current", [tmp_path / "first", tmp_path / "second"]
    for release in releases:
        (release / "bin").mkdir(parents=True)
        (release / "bin/python").symlink_to(sys.executable)
        (release / "pyvenv.cfg").write_text(Path(sys.prefix, "pyvenv.cfg").read_text())
    link.symlink_to(releases[0])
    path = os.pathsep.join([str(ROOT), *(entry for entry in sys.path if "site-packages" in entry)])
    done = subprocess.run(
        [str(link / "bin/python"), "-c", SHOW, str(link), str(releases[1])],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [
        str(link / "bin/python"),
        *(str(release / "bin/python") for release in releases),
    ]
