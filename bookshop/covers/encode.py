"""From the bytes of a cover to its files: each stored width as AVIF and WebP, and one JPEG."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image

from bookshop.covers.decode import read_picture
from bookshop.covers.picture import stored_widths

# raise it whenever this file or decode.py makes other files of the same source
ENCODER_VERSION = b"1"

# one thread each, since several pictures are made at once; slower speeds save a tenth for thrice the time
AVIF_OPTIONS = {"quality": 55, "speed": 8, "max_threads": 1}
WEBP_OPTIONS = {"quality": 75, "method": 4}
JPEG_OPTIONS = {"quality": 80, "progressive": True, "optimize": True}


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """The files of a picture by name, and the size of the largest."""

    width: int
    height: int
    files: dict[str, bytes]


def version_of(source: bytes) -> str:
    """Return a hash of a source and of the version of the encoder."""
    return hashlib.blake2b(source, digest_size=6, salt=ENCODER_VERSION).hexdigest()


def encode_picture(source: bytes) -> EncodedPicture:
    """Make all files that pages use; raises InvalidPicture."""
    picture = read_picture(source)
    return EncodedPicture(*picture.size, dict(_encode_files(picture)))


def _encode_files(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    for width in stored_widths(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        resized = picture.resize((width, height), Image.Resampling.LANCZOS)
        yield f"{width}.avif", _encode(resized, "AVIF", AVIF_OPTIONS)
        yield f"{width}.webp", _encode(resized, "WEBP", WEBP_OPTIONS)
    yield f"{picture.width}.jpg", _encode(picture, "JPEG", JPEG_OPTIONS)


def _encode(picture: Image.Image, picture_format: str, options: dict[str, Any]) -> bytes:
    file = BytesIO()
    picture.save(file, picture_format, **options)
    return file.getvalue()
