"""Decode the bytes of a cover: upright, in sRGB, on white, not larger than stored."""

from io import BytesIO

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from bookshop.covers.errors import InvalidPicture
from bookshop.covers.picture import MAX_HEIGHT, STORED_WIDTHS
from bookshop.covers.pixel_budget import PixelBudget

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF")
# the largest scan of a cover has half of this; decoded it takes 150 MB
MAX_PIXELS = 50_000_000
MIN_SIDE_PIXELS = 60
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
# several threads decode small pictures, and a large one alone
BUDGET = PixelBudget(MAX_PIXELS)

TRANSPOSE_BY_ORIENTATION = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# modes that can be resized as they are; all others become RGB or RGBA first
RESIZABLE_MODES = ("L", "RGB", "RGBA", "CMYK")
# measurements, not colours
UNSUPPORTED_MODES = ("I", "F", "LAB", "HSV")


def read_picture(source: bytes) -> Image.Image:
    """Return the picture without metadata, no larger than it is stored.

    Raises InvalidPicture.
    """
    try:
        with Image.open(BytesIO(source), formats=FORMATS) as image:
            _check_picture(image)
            # also where a JPEG is decoded smaller: a progressive one is read in full
            with BUDGET.claim(image.width * image.height):
                return _prepare(image)
    except InvalidPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InvalidPicture(_too_many_pixels()) from None
    except UnidentifiedImageError:
        raise InvalidPicture("The file is not a JPEG, PNG, WebP, AVIF, TIFF or GIF.") from None
    except Exception as problem:
        # decoders raise anything for bytes that only begin like a picture
        reason = " ".join(str(problem).split())[:100] or type(problem).__name__
        raise InvalidPicture(f"The picture is damaged: {reason}.") from None


def _too_many_pixels() -> str:
    return f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels."


def _check_picture(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise InvalidPicture(_too_many_pixels())
    if image.mode in UNSUPPORTED_MODES:
        raise InvalidPicture(f"The picture's pixels ({image.mode}) are not colours.")


def _prepare(image: Image.Image) -> Image.Image:
    width, height = image.size
    # JPEG can be decoded at a fraction of its size
    image.draft(None, (2 * MAX_HEIGHT, 2 * MAX_HEIGHT))
    profile = image.info.get("icc_profile")
    image = _make_resizable(_turn_upright(image))
    image.thumbnail((STORED_WIDTHS[-1], MAX_HEIGHT), Image.Resampling.LANCZOS, reducing_gap=3)
    if min(image.size) < MIN_SIDE_PIXELS:
        raise InvalidPicture(f"{width} × {height} pixels are too few for a cover.")
    picture = _convert_to_srgb(_put_on_white(image), profile)
    # encoders would write the rest of profiles and comments
    picture.info.clear()
    return picture


def _turn_upright(image: Image.Image) -> Image.Image:
    image.load()
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:
        # a picture may be whole though its metadata is not
        return image
    transpose = TRANSPOSE_BY_ORIENTATION.get(orientation) if isinstance(orientation, int) else None
    return image if transpose is None else image.transpose(transpose)


def _make_resizable(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256), "L")
    if image.mode in RESIZABLE_MODES and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _put_on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _convert_to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            # a damaged profile, or one of another mode than the picture's: its colours stay as they are
            pass
        else:
            return converted or image
    return image.convert("RGB")
