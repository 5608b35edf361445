"""Reading a large file in a process of its own, so that what it read is written at the same time."""

import os
import pickle
import subprocess
import sys
from collections.abc import Generator
from contextlib import suppress
from subprocess import PIPE
from typing import IO, Any, cast

from bookshop.importing.control import collect_garbage_rarely
from bookshop.importing.reading import Chunk, read_chunks
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.input_file import InputFile
from bookshop.trade.market import Market

MODULE = "bookshop.importing.reading_process"
# from here on it is worth the start of a process, which takes a tenth of a second
MIN_PROCESS_BYTES = 8 * 1024 * 1024


def is_process_worthwhile(source: InputFile) -> bool:
    """Whether a file is large, and there is a core that could read it."""
    with suppress(OSError):
        return source.path.stat().st_size >= MIN_PROCESS_BYTES and len(usable_cores()) > 1
    return False


def usable_cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def read_chunks_in_process(source: InputFile, market: Market, count: int) -> Generator[Chunk]:
    """As read_chunks, while others work on the chunk before."""
    # without -P the folder in which somebody keeps feeds would be searched for modules
    command = [sys.executable, "-P", "-m", MODULE]
    # in a group of its own: to stop is for those who write, and what they wait for is still needed
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, process_group=0) as process:  # noqa: S603 - ours
        questions, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            with suppress(BrokenPipeError), questions:
                pickle.dump((source, market, count), questions)
            while (chunk := _receive(answers)) is not None:
                yield chunk
        finally:
            process.kill()


def _receive(answers: IO[bytes]) -> Chunk | None:
    try:
        answer: Chunk | UnreadableFile | None = pickle.load(answers)  # noqa: S301 - from a process of ours
    except (EOFError, pickle.UnpicklingError):
        raise UnreadableFile("reading it ended all at once, perhaps for want of memory") from None
    if isinstance(answer, UnreadableFile):
        raise answer
    return answer


def main() -> None:
    """Read the file that standard input names, and give its chunks to standard output."""
    source, market, count = pickle.load(sys.stdin.buffer)  # noqa: S301 - from a process of ours
    collect_garbage_rarely()
    try:
        try:
            for chunk in read_chunks(source, market, count):
                _send(chunk)
            _send(None)
        except UnreadableFile as problem:
            _send(problem)
    except BrokenPipeError:
        # nobody wants to know any more; Python would complain of what is left to send
        os._exit(0)


def _send(answer: Any) -> None:
    pickle.dump(answer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
