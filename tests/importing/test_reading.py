"""A file is read the same in this process and in one of its own, which never outlives whoever asked."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from inspect import getgeneratorlocals
from pathlib import Path
from typing import Any

import pytest

from bookshop.database import Database
from bookshop.importing import importer, reading_process
from bookshop.importing.reading import Chunk, read_chunks
from bookshop.importing.reading_process import is_process_worthwhile, read_chunks_in_process
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
from inspect import getgeneratorlocals
from pathlib import Path
from bookshop.onix.input_file import InputFile
from bookshop.importing.reading_process import read_chunks_in_process
from tests.importing.shop import MARKET

chunks = read_chunks_in_process(InputFile(Path(sys.argv[1])), MARKET, 2)
next(chunks)
print(getgeneratorlocals(chunks)["process"].pid, flush=True)
sys.stdin.read()
"""
Read = Callable[[InputFile, Any, int], Generator[Chunk]]


def all_of(read: Read, path: Path) -> tuple[list[Chunk], str]:
    """Everything that is read in a file, and what was wrong with it."""
    chunks: list[Chunk] = []
    try:
        chunks += read(InputFile(path), MARKET, 3)
    except UnreadableFile as problem:
        return chunks, str(problem)
    return chunks, ""


def process_of(chunks: Generator[Chunk]) -> "subprocess.Popen[bytes]":
    """The process that reads."""
    process: subprocess.Popen[bytes] = getgeneratorlocals(chunks)["process"]
    return process


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that is not read at once."""
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


def test_a_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    assert all_of(read_chunks_in_process, tmp_path / "none") == (
        [],
        "The file cannot be opened: No such file or directory.",
    )


def test_a_reader_that_dies_is_told_of_behind_what_it_read(large: Path) -> None:
    chunks = read_chunks_in_process(InputFile(large), MARKET, 2)
    assert len(next(chunks).reads) == 2
    process_of(chunks).kill()
    with pytest.raises(UnreadableFile, match="reading it ended all at once"):
        list(chunks)


def test_a_reader_is_told_to_stop_by_nobody_else_and_ends_with_its_task(large: Path) -> None:
    chunks = read_chunks_in_process(InputFile(large), MARKET, 2)
    next(chunks)
    process = process_of(chunks)
    assert os.getpgid(process.pid) != os.getpgid(0)
    assert process.poll() is None
    chunks.close()
    assert process.poll() == -signal.SIGKILL


def test_a_reader_ends_when_whoever_asked_is_killed(large: Path) -> None:
    command = [sys.executable, "-c", READS, str(large)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        reader = int(process.stdout.readline())
        os.kill(reader, 0)
        process.kill()
    deadline = time.monotonic() + 10
    while is_alive(reader):
        assert time.monotonic() < deadline, "it reads for nobody"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether a process does anything."""
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

    def noted(source: InputFile, market: Any, count: int) -> Generator[Chunk]:
        chunks = read_chunks_in_process(source, market, count)
        for chunk in chunks:
            readers.append(process_of(chunks))
            yield chunk

    monkeypatch.setattr(importer, "read_chunks_in_process", noted)
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
