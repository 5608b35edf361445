"""A file system of 64 MB in memory, which a test can fill."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = "64m"
BLOCK = bytes(1 << 16)


@contextmanager
def mounted_disk(folder: Path) -> Iterator[Path]:
    """Mount the disk, or skip the test where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let tests mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


@contextmanager
def filled_disk(folder: Path) -> Iterator[None]:
    """Fill the disk to its last byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(BLOCK) == len(BLOCK):
                pass
        except OSError:
            pass
    yield
    filler.unlink()
