"""Turning whatever somebody sent as a cover into the files that pages use."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from bookshop.covers.pictures import HIGHEST, LADDER, widths_of

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF")
# the largest scan of a cover has half of this; decoded it takes 150 MB
MOST_PIXELS = 50_000_000
MOST_BYTES = 64 * 2**20
LEAST_SIDE = 60
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# counts up when the files of one source would come out otherwise than before
RECIPE = b"1"

# one thread each, since several pictures are made at once; slower speeds save a tenth for thrice the time
AVIF = {"quality": 55, "speed": 8, "max_threads": 1}
WEBP = {"quality": 75, "method": 4}
JPEG = {"quality": 80, "progressive": True, "optimize": True}

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# what can be resized as it is; everything else is made RGB or RGBA first
SMOOTH = ("L", "RGB", "RGBA", "CMYK")
# measurements rather than colours
ODD_MODES = ("I", "F", "LAB", "HSV")


class NotAPicture(Exception):
    """These bytes are not taken as a cover; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """The files of a picture by name, and the size of the largest."""

    width: int
    height: int
    files: dict[str, bytes]


def version_of(source: bytes) -> str:
    """A mark that tells one source, and one way of encoding it, from every other."""
    return hashlib.blake2b(source, digest_size=6, salt=RECIPE).hexdigest()


def encode_picture(source: bytes) -> Encoded:
    """Every file that a page may ask for; raises NotAPicture."""
    picture = read_picture(source)
    return Encoded(*picture.size, dict(_make_files(picture)))


def read_picture(source: bytes) -> Image.Image:
    """The picture upright, in sRGB, on white, no larger than is shown, and nothing else that it carried."""
    try:
        with Image.open(BytesIO(source), formats=FORMATS) as image:
            return _prepare(image)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(f"it has more than {MOST_PIXELS // 1_000_000} million pixels") from None
    except UnidentifiedImageError:
        raise NotAPicture("it is no JPEG, PNG, WebP, AVIF, TIFF or GIF") from None
    except Exception as problem:
        # a decoder fails in many ways on bytes that only begin like a picture
        reason = " ".join(str(problem).split())[:100] or type(problem).__name__
        raise NotAPicture(f"it is damaged: {reason}") from None


def _prepare(image: Image.Image) -> Image.Image:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise NotAPicture(f"it has more than {MOST_PIXELS // 1_000_000} million pixels")
    if image.mode in ODD_MODES:
        raise NotAPicture(f"its pixels ({image.mode}) are of no kind that a screen shows")
    # JPEG can be decoded at a fraction of its size
    image.draft(None, (2 * HIGHEST, 2 * HIGHEST))
    profile = image.info.get("icc_profile")
    image = _smooth(_upright(image))
    image.thumbnail((LADDER[-1], HIGHEST), Image.Resampling.LANCZOS, reducing_gap=3)
    if min(image.size) < LEAST_SIDE:
        raise NotAPicture(f"{width} × {height} pixels are too few for a cover")
    picture = _in_srgb(_on_white(image), profile)
    # encoders would write what is left of profiles and comments
    picture.info.clear()
    return picture


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:
        # a picture may be whole though its metadata is not
        return image
    turn = TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _smooth(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256), "L")
    if image.mode in SMOOTH and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # damaged, or of another kind than the picture: its colours are then read as they are
            pass
        else:
            return converted or image
    return image.convert("RGB")


def _make_files(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    for width in widths_of(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        small = picture.resize((width, height), Image.Resampling.LANCZOS)
        yield f"{width}.avif", _encode(small, "AVIF", AVIF)
        yield f"{width}.webp", _encode(small, "WEBP", WEBP)
    yield f"{picture.width}.jpg", _encode(picture, "JPEG", JPEG)


def _encode(picture: Image.Image, kind: str, options: dict[str, Any]) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
