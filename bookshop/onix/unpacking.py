"""Limit what packed files unpack to, and translate their errors."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from bookshop.onix.errors import UnreadableFile

# a million records have some 20 GB
MAX_UNPACKED_BYTES = 64 * 1024**3
# gzip makes records five to forty times smaller, a zip bomb a thousand times
MAX_RATIO = 400
# below this nothing harmful can be unpacked, and small files of one repeated line do shrink that much
MIN_RATIO_BYTES = 32 * 1024**2


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """How much may come out of a packed file: bytes in all, and bytes for each packed one."""

    unpacked_bytes: int = MAX_UNPACKED_BYTES
    ratio: int = MAX_RATIO


DEFAULT_LIMITS = UnpackLimits()


class LimitedStream(io.RawIOBase):
    """A stream that raises UnreadableFile for damage, and for more bytes than the limits allow.

    `packed_bytes` is the size of the packed file, 0 for one that is not packed.
    """

    def __init__(self, source: BinaryIO, packed_bytes: int, limits: UnpackLimits) -> None:
        self.source = source
        self.packed_bytes = packed_bytes
        self.limits = limits
        self.count = 0
        self.is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a BufferedReader gives this
        """Fill the buffer as far as there is something."""
        done = 0
        while done < len(buffer):
            with translated_errors():
                chunk = self.source.read(len(buffer) - done)
            if not chunk:
                self.is_at_end = True
                break
            buffer[done : done + len(chunk)] = chunk
            done += len(chunk)
        self.count += done
        self._check_limits()
        return done

    def _check_limits(self) -> None:
        if not self.packed_bytes:
            return
        if self.count > self.limits.unpacked_bytes:
            raise UnreadableFile(f"The file unpacks to more than {self.limits.unpacked_bytes} bytes.")
        if self.count > max(MIN_RATIO_BYTES, self.packed_bytes * self.limits.ratio):
            raise UnreadableFile(f"The file unpacks to more than {self.limits.ratio} times its size.")

    def close(self) -> None:
        self.source.close()
        super().close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise what can go wrong with a packed file as UnreadableFile."""
    try:
        yield
    except EOFError:
        raise UnreadableFile("The packed file is cut off. Download it again.") from None
    except (zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        raise UnreadableFile("The packed file is damaged. Download it again.") from None
    except (NotImplementedError, RuntimeError, KeyError, ValueError):
        raise UnreadableFile("The file uses a packing that is not supported. Unpack it first.") from None
    except OSError as problem:
        raise UnreadableFile(f"The file cannot be read: {problem.strerror or problem}.") from None
