"""A changed archive is noticed, whatever was changed."""

import json
import os
import tarfile
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.backups.backup import Manifest
from bookshop.backups.backup_folder import list_backups
from bookshop.backups.errors import DamagedBackup
from bookshop.backups.read_archive import check_archive, read_archive, read_manifest
from bookshop.backups.write_archive import HEAD_BYTES, write_manifest, write_parts
from bookshop.backups.zstd import compress
from tests.backups.shop import ignore

FILES = {"database.sqlite": b"SQLite format 3", "covers/a.avif": bytes(1000), "covers/b/c.jpg": b"picture"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small archive; copy it before you change it."""
    return write_archive(tmp_path_factory.mktemp("archive"), FILES)


def write_archive(folder: Path, files: dict[str, bytes]) -> Path:
    """Write an archive with these files."""
    parts: dict[str, list[tuple[str, Path]]] = {}
    for number, (name, content) in enumerate(files.items()):
        (folder / str(number)).write_bytes(content)
        parts.setdefault(name.split("/")[0], []).append((name, folder / str(number)))
    with (folder / "archive").open("wb") as opened:
        manifest = Manifest(
            bookshop="1.0",
            revision="0001_first",
            database="sqlite",
            made_at=datetime.now(UTC),
            shop_id="shop",
            last_number=1000,
            is_automatic=False,
            parts=write_parts(opened, parts.items(), ignore),
        )
        write_manifest(opened, manifest)
    return folder / "archive"


def content_of(file: Path) -> dict[str, bytes]:
    """Return the files of an archive; raises DamagedBackup."""
    found: dict[str, bytes] = {}
    read_archive(file, lambda name, chunks: found.update({name: b"".join(chunks)}), ignore)
    return found


def test_an_archive_has_what_was_written(archive: Path) -> None:
    assert content_of(archive) == FILES
    assert check_archive(archive, ignore) == read_manifest(archive)


@given(position=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_bit_that_changed_changes_nothing_or_is_noticed(archive: Path, position: float, bit: int) -> None:
    content = bytearray(archive.read_bytes())
    # what is skipped has no meaning
    places = [place for place in range(len(content)) if not 1000 < place < HEAD_BYTES]
    content[places[int(position * len(places))]] ^= 1 << bit
    assert is_noticed(archive, content)


@given(length=st.integers(min_value=0))
def test_an_archive_that_ends_early_is_noticed(archive: Path, length: int) -> None:
    content = archive.read_bytes()
    # the last frame's checksum is at the very end
    assert is_noticed(archive, content[: length % len(content)])


def is_noticed(archive: Path, content: bytes | bytearray) -> bool:
    changed = archive.with_name("changed")
    changed.write_bytes(content)
    try:
        return content_of(changed) == FILES
    except DamagedBackup:
        return True


@pytest.mark.parametrize("name", ["covers/../../evil", "evil", "covers", "database.sqlite/evil", "/evil"])
def test_no_file_leaves_its_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(DamagedBackup, match="something else"):
        content_of(write_archive(tmp_path, {name: b"x"}))


def test_the_manifest_is_read_without_the_rest(archive: Path) -> None:
    head = archive.with_name("head")
    head.write_bytes(archive.read_bytes()[:HEAD_BYTES])
    assert read_manifest(head) == read_manifest(archive)


def test_files_that_the_manifest_does_not_state_are_noticed(archive: Path) -> None:
    manifest = read_manifest(archive)
    changed = archive.with_name("other")
    changed.write_bytes(archive.read_bytes())
    with changed.open("r+b") as opened:
        write_manifest(opened, replace(manifest, parts=manifest.parts[:1]))
    with pytest.raises(DamagedBackup, match="not those that its manifest states"):
        check_archive(changed, ignore)


@pytest.mark.parametrize(
    "files", [{}, {"covers/a.avif": b"x"}, {"database.sqlite": b""}, {"database.dump": b"x"}]
)
def test_an_archive_without_its_database_is_damaged(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(DamagedBackup, match="no database"):
        check_archive(write_archive(tmp_path, files), ignore)


@pytest.mark.parametrize("name", ["covers//etc/passwd", "covers/../passwd", "covers/a/../../b", "covers/./a"])
def test_a_file_that_would_leave_the_covers_is_refused(tmp_path: Path, name: str) -> None:
    archive = write_archive(tmp_path, {"database.sqlite": b"SQLite format 3", name: b"picture"})
    with pytest.raises(DamagedBackup, match="something else"):
        check_archive(archive, ignore)


ODD_VALUES: list[object] = [None, True, -1, 1.5, 1 << 63, "\x1b[2J", "\ud800", ["x"], {}]
ODD_TIMES = ["2026-11-29T12:00:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-05:00", "", 5, None]
NAMES = ["format", "bookshop", "revision", "database", "shop_id", "last_number"]
ODD = [
    *({name: value} for name in NAMES for value in ODD_VALUES),
    *({"made_at": value} for value in ODD_TIMES),
    {"is_automatic": 1},
    {"parts": ["x"]},
    *(
        {"parts": [{"name": "covers", "files": 1, "size": 1, "sha256": "x", **odd}]}
        for odd in ({"name": 1}, {"files": "1"}, {"size": None}, {"sha256": "\x1b"}, {"other": 1})
    ),
]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_a_manifest_with_an_odd_value_is_refused(archive: Path, odd: dict[str, object]) -> None:
    values = json.loads(read_manifest(archive).to_json())
    with pytest.raises((ValueError, TypeError)):
        Manifest.from_json(json.dumps({**values, **odd}).encode())


def test_an_odd_file_among_the_backups_is_left_out(archive: Path, tmp_path: Path) -> None:
    odd = tmp_path / "bookshop-odd.tar.zst"
    odd.write_bytes(archive.read_bytes())
    os.mkfifo(tmp_path / "bookshop-pipe.tar.zst")
    with odd.open("r+b") as opened:
        write_manifest(opened, replace(read_manifest(archive), made_at=datetime(2026, 11, 29)))  # noqa: DTZ001
    assert list_backups(tmp_path) == []
    with pytest.raises(DamagedBackup, match="its manifest cannot be read"):
        read_manifest(odd)


def test_a_backup_of_another_format_names_the_version_that_made_it(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(archive.read_bytes())
    with other.open("r+b") as opened:
        write_manifest(opened, replace(read_manifest(archive), format=2, bookshop="9.0"))
    with pytest.raises(DamagedBackup, match=r"another version of Bookshop, 9\.0\. Install it"):
        read_manifest(other)


def test_a_manifest_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises((ValueError, RecursionError)):
        Manifest.from_json(b"[" * 1_000_000)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_head_does_not_fill_the_memory(archive: Path, tmp_path: Path, kind: bytes) -> None:
    head = tarfile.TarInfo("head")
    head.type, head.size = kind, 50_000_000
    file = tmp_path / "large"
    with file.open("wb") as opened:
        opened.write(archive.read_bytes()[:HEAD_BYTES])
        opened.write(compress(head.tobuf() + bytes(head.size)))
    tracemalloc.start()
    with pytest.raises(DamagedBackup):
        check_archive(file, ignore)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
