"""The files of docs/deploy: systemd's units, the installation, and the container."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.util import cache_from_source
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import bookshop
from bookshop.backups.backup_folder import list_backups
from tests.builders import ENVIRONMENT
from tests.processes import Process, free_port, running
from tests.server.test_supervisor import clean_environment, copy_shop

ROOT = Path(__file__).parent.parent
FILES = ROOT / "docs/deploy"
UNITS = ("bookshop.service", "bookshop-backup.service", "bookshop-backup.timer")
MAX_INSTALLED_BYTES = 220_000_000
PATIENCE = 60


def needs(program: str) -> str:
    """Return the program's path; skip the test without it, or fail if CI=true."""
    if not (path := shutil.which(program)):
        complain = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        complain(f"no {program} on this machine")
    return path


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    command = [needs("systemd-analyze"), "verify"]
    for name in UNITS:
        text = (FILES / name).read_text().replace("/srv/bookshop/current/bin/python", sys.executable)
        (tmp_path / name).write_text(text)
        command.append(str(tmp_path / name))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", UNITS[:2])
def test_the_units_leave_little_to_a_fault_in_the_shop(name: str) -> None:
    command = [needs("systemd-analyze"), "security", "--offline=true", "--threshold=20", str(FILES / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_both_services_have_the_same_sandbox() -> None:
    line = re.compile(r"^(?:No|Private|Protect|Restrict|System|Lock|Cap).*", re.MULTILINE)
    sandboxes = [line.findall((FILES / name).read_text()) for name in UNITS[:2]]
    assert sandboxes[0] == sandboxes[1]
    assert len(sandboxes[0]) > 15


def test_the_user_and_the_folders_are_made(tmp_path: Path) -> None:
    root = f"--root={tmp_path}"
    for kind in ("sysusers", "tmpfiles"):
        (tmp_path / f"etc/{kind}.d").mkdir(parents=True)
        shutil.copy(FILES / f"{kind}.conf", tmp_path / f"etc/{kind}.d/bookshop.conf")
    if os.geteuid():
        pytest.skip("only root can give folders to another user")
    for command in ([needs("systemd-sysusers"), root], [needs("systemd-tmpfiles"), root, "--create"]):
        subprocess.run([*command, "bookshop.conf"], check=True, capture_output=True)
    entry = (tmp_path / "etc/passwd").read_text().split("bookshop:")[1].split(":")
    folders = {
        "srv/bookshop/releases": (0, 0o755),
        "var/lib/bookshop": (int(entry[1]), 0o750),
        "etc/bookshop": (0, 0o750),
    }
    found = {name: (tmp_path / name).stat() for name in folders}
    assert {name: (one.st_uid, one.st_mode & 0o777) for name, one in found.items()} == folders
    assert (tmp_path / "etc/passwd").read_text().strip().endswith(":/usr/sbin/nologin")


@pytest.mark.parametrize("name", ["install", "install-release", "bookshop", "container"])
def test_the_scripts_are_plain_shell(name: str) -> None:
    assert subprocess.run([needs("sh"), "-n", str(FILES / name)], check=False).returncode == 0


def test_the_settings_of_a_new_installation_are_within_its_folder(tmp_path: Path) -> None:
    """Run the lines of the script that write the settings."""
    settings = tmp_path / "bookshop.env"
    shutil.copy(ROOT / "sample.env", settings)
    (command,) = re.findall(r"    sed -i (?:.*\\\n)*.*\$settings", (FILES / "install").read_text())
    subprocess.run(
        [needs("sh"), "-c", command], env={"settings": str(settings), "key": "made-up"}, check=True
    )
    values = dict(
        line.split("=", 1) for line in settings.read_text().splitlines() if re.match(r"[A-Z_]+=", line)
    )
    assert values["SECRET_KEY"] == "made-up"
    assert values["DATABASE_URL"] == "sqlite:////var/lib/bookshop/bookshop.db"
    assert values["COVERS_DIR"] == "/var/lib/bookshop/covers"
    assert values["BACKUPS_DIR"] == "/var/lib/bookshop/backups"


@pytest.fixture
def container(tmp_path: Path, sample_shop: Path) -> Iterator[Process]:
    """Run what the container runs, in a folder that stands for its volume."""
    copy_shop(sample_shop, tmp_path)
    port = free_port()
    env = {
        **clean_environment(),
        **ENVIRONMENT,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": f"sqlite:///{tmp_path}/var/bookshop.db",
        "BACKUPS_DIR": f"{tmp_path}/backups",
        "BACKUP_CHECK_SECONDS": "0.2",
        "BIND": f"127.0.0.1:{port}",
        "WORKERS": "1",
    }
    with running([needs("sh"), str(FILES / "container")], port, tmp_path / "log", env, tmp_path) as process:
        yield process


def test_a_container_serves_and_backs_up_once_a_day(container: Process, tmp_path: Path) -> None:
    check = re.search(r'CMD \["python", "-c", "(.*)"\]', (FILES / "Dockerfile").read_text())
    assert check
    code = check[1].replace("http://127.0.0.1:8000", container.url)
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    verified = tmp_path / "backups"
    for _ in range(PATIENCE * 10):
        if any(one.verified_at for one in list_backups(verified)):
            break
        time.sleep(0.1)
    (made,) = list_backups(verified)
    assert made.verified_at
    container.process.terminate()
    assert container.process.wait(PATIENCE) == 0
    assert len(list_backups(verified)) == 1
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 1


def test_a_wheel_has_every_file_of_the_shop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.iterdir()
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("bookshop/")}
    files = (
        file for file in Path(bookshop.__path__[0]).rglob("*") if file.is_file() and file.suffix != ".pyc"
    )
    assert packed == {file.relative_to(ROOT).as_posix() for file in files}


def test_an_installation_stays_small() -> None:
    """Count the files of the shop and of all that it needs, with bytecode."""
    found = {name: installed_bytes(name) for name in needed_to_run()}
    code = sum(count_bytes(file) for file in Path(bookshop.__path__[0]).rglob("*"))
    assert len(found) > 50
    assert sum(found.values()) + code < MAX_INSTALLED_BYTES, found


def needed_to_run() -> set[str]:
    """Return the packages that the shop needs to run, and what they need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found, waiting = set[str](), [(line, {""}) for line in project["dependencies"]]
    while waiting:
        line, extras = waiting.pop()
        needed = Requirement(line)
        name = canonicalize_name(needed.name)
        is_needed = not needed.marker or any(needed.marker.evaluate({"extra": one}) for one in extras)
        if is_needed and name not in found:
            found.add(name)
            waiting += [(line, {"", *needed.extras}) for line in distribution(name).requires or ()]
    return found


def installed_bytes(name: str) -> int:
    return sum(count_bytes(Path(str(file.locate()))) for file in distribution(name).files or ())


def count_bytes(file: Path) -> int:
    """Return the bytes of a file; a module's bytecode takes about as much again."""
    if not file.is_file() or file.suffix == ".pyc":
        return 0
    return file.stat().st_size * (2 if file.suffix == ".py" else 1)


@pytest.mark.parametrize("name", UNITS[:2])
def test_no_code_comes_from_the_folder_that_the_shop_writes_to(name: str, tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('not the library')")
    lines = re.findall(r"^Environment=(\w+)=(.*)$", (FILES / name).read_text(), re.MULTILINE)
    env = clean_environment() | dict(lines) | {"BOOKSHOP_ENV_FILE": str(ROOT / "sample.env")}
    command = [sys.executable, "-m", "bookshop", "--help"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installation_imports_what_it_has_installed(tmp_path: Path) -> None:
    """Run the lines of the script that compile, beside a copy that cannot be imported."""
    (tmp_path / "bookshop").mkdir()
    (tmp_path / "bookshop/__init__.py").write_text("raise SystemExit('the copy')")
    script = (FILES / "install-release").read_text()
    compiling = script[script.index("unset PYTHONDONTWRITEBYTECODE") :]
    command = [needs("sh"), "-euc", compiling]
    env = {**clean_environment(), "folder": str(Path(sys.prefix))}
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    code = Path(str(bookshop.__file__)).with_name("app.py")
    assert Path(cache_from_source(str(code), optimization=2)).stat().st_mtime >= code.stat().st_mtime
