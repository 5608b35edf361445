"""Large pictures are decoded one after another, to bound the memory that they need."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from bookshop.covers.pixel_budget import PixelBudget

# 49 million pixels
SIDE = 7000
DECODE = """
import resource, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from bookshop.covers.decode import read_picture

sources = [Path(name).read_bytes() for name in sys.argv[1:]]
with ThreadPoolExecutor(len(sources)) as pool:
    list(pool.map(read_picture, sources))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture
def large(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "large.png"
    Image.new("RGB", (SIDE, SIDE), "white").save(path, compress_level=1)
    yield str(path)
    path.unlink()


def peak_of(*names: str) -> int:
    """Return the most memory that a process needs to decode these pictures in a thread each."""
    output = subprocess.run(
        [sys.executable, "-c", DECODE, *names], capture_output=True, check=True, text=True
    ).stdout
    return int(output)


def test_two_large_pictures_take_no_more_memory_than_one(large: str) -> None:
    assert peak_of(large, large) < peak_of(large) * 1.2


def test_no_more_pixels_are_held_than_the_budget_has() -> None:
    budget, lock = PixelBudget(10), threading.Lock()
    held = most = 0

    def hold(pixels: int) -> None:
        nonlocal held, most
        with budget.claim(pixels):
            with lock:
                held += pixels
                most = max(most, held)
            with lock:
                held -= pixels

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(hold, [10, 3, 7, 1, 9, 5, 5] * 50))
    assert held == 0
    assert most <= 10


def test_what_fits_does_not_wait() -> None:
    budget = PixelBudget(10)
    with budget.claim(4), budget.claim(6):
        pass


def test_pixels_are_free_again_after_a_failure() -> None:
    budget = PixelBudget(10)
    for _ in range(3):
        with pytest.raises(ValueError, match="damaged"), budget.claim(10):
            raise ValueError("damaged")
