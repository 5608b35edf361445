"""Read a large file in a process of its own, while this process writes what was read before.

A `ProcessPoolExecutor` would take as many lines and 15 MB more: its worker must be made to ignore Ctrl-C and
to end with its parent, and it searches the current folder, where feeds lie, for modules.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from subprocess import PIPE
from typing import IO, Any, cast

from bookshop.importing.control import collect_garbage_rarely
from bookshop.importing.read_chunks import Chunk, read_chunks
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import InputFile
from bookshop.trade.market import Market

MODULE = "bookshop.importing.reading_process"
# smaller files take less time than the start of a process, which takes 0.1 s
MIN_PROCESS_BYTES = 8 * 1024 * 1024


def is_process_worthwhile(source: InputFile) -> bool:
    """Return whether a file is large and there is a second core to read it."""
    with suppress(OSError):
        return source.path.stat().st_size >= MIN_PROCESS_BYTES and len(usable_cores()) > 1
    return False


def usable_cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def read_chunks_in_process(source: InputFile, market: Market, chunk_size: int) -> Generator[Chunk]:
    """Read a file like `read_chunks`; a reader that dies raises UnreadableFile."""
    yield from receive_chunks(start_reader(), source, market, chunk_size)


def start_reader() -> "subprocess.Popen[bytes]":
    # -P: the current folder is not searched for modules; feeds lie there
    command = [sys.executable, "-P", "-m", MODULE]
    # in a process group of its own: Ctrl-C stops the writer, which still needs the chunk that it waits for
    return subprocess.Popen(command, stdin=PIPE, stdout=PIPE, process_group=0)  # noqa: S603 - our own module


def receive_chunks(
    process: "subprocess.Popen[bytes]", source: InputFile, market: Market, chunk_size: int
) -> Generator[Chunk]:
    """Send the reader its task and yield its chunks; kill it at the end.

    The pipe holds 64 KB, so the reader is never more than one chunk ahead.
    """
    with process:
        to_reader, from_reader = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            with suppress(BrokenPipeError), to_reader:
                pickle.dump((source, market, chunk_size), to_reader)
            while (chunk := _receive(from_reader)) is not None:
                yield chunk
        finally:
            process.kill()


def _receive(from_reader: IO[bytes]) -> Chunk | None:
    try:
        message: Chunk | UnreadableFile | None = pickle.load(from_reader)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        raise UnreadableFile(
            "Reading stopped early, perhaps because the machine ran out of memory. Import it again."
        ) from None
    if isinstance(message, UnreadableFile):
        raise message
    return message


def main() -> None:
    """Read a task from standard input; write its chunks, then None or the error, to output."""
    source, market, chunk_size = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    collect_garbage_rarely()
    try:
        try:
            for chunk in read_chunks(source, market, chunk_size):
                _send(chunk)
            _send(None)
        except UnreadableFile as problem:
            _send(problem)
    except BrokenPipeError:
        # the writer has ended; a normal exit would flush standard output and print an error
        os._exit(0)


def _send(message: Any) -> None:
    pickle.dump(message, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
