import gzip
import io
import zipfile
from pathlib import Path

import pytest

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import find_input_files
from bookshop.onix.reader import read_onix
from bookshop.onix.record import Record, RefusedRecord
from bookshop.onix.unpacking import DEFAULT_LIMITS, UnpackLimits
from tests.onix.messages import a_message, a_rich_product

CSV = b"isbn,title,price\n9780306406157,Middlemarch,18.90\n"


def a_file(folder: Path, data: bytes, name: str = "feed") -> Path:
    """A file with this in it."""
    path = folder / name
    path.write_bytes(data)
    return path


def a_zip(**members: bytes) -> bytes:
    """A zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def unreadable(path: Path, limits: UnpackLimits = DEFAULT_LIMITS) -> str:
    """Why nothing in a file can be read."""
    with pytest.raises(UnreadableFile) as caught:
        read_all(path, limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: a_zip(**{"a.csv": data})], ids=["gzip", "zip"])
def test_a_bomb_is_let_go_before_it_bursts(pack: object, tmp_path: Path) -> None:
    path = a_file(tmp_path, pack(CSV + b"a" * 50_000_000))  # type: ignore[operator]
    assert path.stat().st_size < 100_000
    assert unreadable(path) == "The file unpacks to more than 400 times its size."
    assert (
        unreadable(path, UnpackLimits(unpacked_bytes=1_000_000))
        == "The file unpacks to more than 1000000 bytes."
    )


def test_what_comes_before_the_damage_is_read(tmp_path: Path) -> None:
    data = gzip.compress(a_message(*(a_rich_product(number) for number in range(1, 200))))
    (source,) = find_input_files(a_file(tmp_path, data[: len(data) // 2]))
    with source.open() as opened:
        _, *records, last = read_onix(opened.stream)
    assert len(records) > 50
    assert all(isinstance(record, Record) for record in records)
    assert isinstance(last, RefusedRecord)
    assert last.reason == "The packed file is cut off. Download it again."


def test_a_repeated_record_is_no_bomb(tmp_path: Path) -> None:
    data = gzip.compress(a_message(*[a_rich_product()] * 2500))
    (source,) = find_input_files(a_file(tmp_path, data))
    with source.open() as opened:
        assert sum(1 for _ in read_onix(opened.stream)) == 2501


def read_all(path: Path, limits: UnpackLimits = DEFAULT_LIMITS) -> None:
    """Read all that is in a file."""
    for source in find_input_files(path, limits):
        with source.open() as opened:
            opened.stream.read()
