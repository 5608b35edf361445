"""A file is read the same in this process and in a reading process, which ends with it."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from bookshop.database import Database
from bookshop.importing import reading_process
from bookshop.importing.read_chunks import Chunk, read_chunks
from bookshop.importing.reading_process import (
    is_process_worthwhile,
    read_chunks_in_process,
    receive_chunks,
    start_reader,
)
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import InputFile
from tests.importing.shop import MARKET, counts_of, take
from tests.onix.messages import PLAIN, a_message, a_product, a_rich_product, descriptive, isbn_of

RICH = a_message(*map(a_rich_product, range(1, 8)))
FILES = {
    "rich": RICH,
    "packed": gzip.compress(RICH),
    "odd": a_message(a_product(identifiers=""), a_product(descriptive(form="??")), a_rich_product(3)),
    "cut off": RICH[:-30_000],
    "empty": PLAIN.start.encode() + b"</ONIXMessage>",
    "table": f"isbn,title,shelf mark\n{isbn_of(1)},Emma,A1\n1,None,A2\n".encode(),
    "page": b"<html>Please sign in</html>",
}
READS = """
import sys
from pathlib import Path
from bookshop.onix.input_file import InputFile
from bookshop.importing.reading_process import receive_chunks, start_reader
from tests.importing.shop import MARKET

process = start_reader()
chunks = receive_chunks(process, InputFile(Path(sys.argv[1])), MARKET, 2)
next(chunks)
print(process.pid, flush=True)
sys.stdin.read()
"""
Read = Callable[[InputFile, Any, int], Generator[Chunk]]


def all_of(read: Read, path: Path) -> tuple[list[Chunk], str]:
    """Return all chunks of a file, and the error that ended it."""
    chunks: list[Chunk] = []
    try:
        chunks += read(InputFile(path), MARKET, 3)
    except UnreadableFile as problem:
        return chunks, str(problem)
    return chunks, ""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Write a file that is longer than one read."""
    path = tmp_path / "large.xml"
    path.write_bytes(a_message(*map(a_rich_product, range(1, 200))))
    return path


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_another_process_reads_the_same(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    here = all_of(read_chunks, path)
    assert here == all_of(read_chunks_in_process, path)
    assert any(here)


def test_no_module_is_taken_from_the_folder_of_the_feeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("orjson", "lxml", "bookshop"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit")
    path = tmp_path / "file"
    path.write_bytes(RICH)
    monkeypatch.chdir(tmp_path)
    chunks, problem = all_of(read_chunks_in_process, path)
    assert chunks
    assert not problem


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    assert all_of(read_chunks_in_process, tmp_path / "none") == (
        [],
        "The file cannot be opened: No such file or directory.",
    )


def test_a_reader_that_dies_is_an_error_after_what_it_read(large: Path) -> None:
    process = start_reader()
    chunks = receive_chunks(process, InputFile(large), MARKET, 2)
    assert len(next(chunks).items) == 2
    process.kill()
    with pytest.raises(UnreadableFile, match="Reading stopped early"):
        list(chunks)


def test_a_reader_gets_no_interrupt_and_ends_with_its_task(large: Path) -> None:
    process = start_reader()
    chunks = receive_chunks(process, InputFile(large), MARKET, 2)
    next(chunks)
    assert os.getpgid(process.pid) != os.getpgid(0)
    assert process.poll() is None
    chunks.close()
    assert process.poll() == -signal.SIGKILL


def test_a_reader_ends_when_its_parent_is_killed(large: Path) -> None:
    command = [sys.executable, "-c", READS, str(large)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        reader = int(process.stdout.readline())
        os.kill(reader, 0)
        process.kill()
    deadline = time.monotonic() + 10
    while is_alive(reader):
        assert time.monotonic() < deadline, "the reader outlives its parent"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


async def test_a_large_file_is_imported_with_another_core(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counts_of(await take(database, tmp_path, RICH)) == {"new": 7}
    readers: list[subprocess.Popen[bytes]] = []

    def start_noted() -> "subprocess.Popen[bytes]":
        readers.append(start_reader())
        return readers[-1]

    monkeypatch.setattr(reading_process, "start_reader", start_noted)
    monkeypatch.setattr(reading_process, "MIN_PROCESS_BYTES", 0)
    monkeypatch.setattr(reading_process, "usable_cores", lambda: {0, 1})
    again = await take(database, tmp_path, a_message(*map(a_rich_product, range(1, 9))))
    assert counts_of(again) == {"new": 1, "unchanged": 7}
    assert readers


def test_a_process_is_started_for_large_files_where_there_is_a_core(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_process, "usable_cores", lambda: {0, 1})
    assert not is_process_worthwhile(InputFile(large))
    monkeypatch.setattr(reading_process, "MIN_PROCESS_BYTES", 1_000_000)
    assert is_process_worthwhile(InputFile(large))
    assert not is_process_worthwhile(InputFile(large.parent / "none"))
    monkeypatch.setattr(reading_process, "usable_cores", lambda: {1})
    assert not is_process_worthwhile(InputFile(large))
