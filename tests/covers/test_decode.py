"""Any bytes become an upright picture in sRGB, or are refused with a reason."""

import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from bookshop.covers.decode import FORMATS, read_picture
from bookshop.covers.encode import encode_picture
from bookshop.covers.errors import InvalidPicture
from tests.covers.sample_pictures import BLUE, RED, a_picture, as_file

# Pillow warns about odd files
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
UNKNOWN_FORMAT = "The file is not a JPEG, PNG, WebP, AVIF, TIFF or GIF."
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def close(colour: object, expected: tuple[int, int, int]) -> bool:
    """Whether two colours look the same."""
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 12 for one, other in zip(colour, expected, strict=True))


def is_upright(picture: Image.Image) -> bool:
    """Whether a picture is red above and blue below."""
    middle, height = picture.width // 2, picture.height
    above, below = picture.getpixel((middle, height // 5)), picture.getpixel((middle, height * 4 // 5))
    return picture.mode == "RGB" and close(above, RED) and close(below, BLUE)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_taken(kind: str) -> None:
    assert is_upright(read_picture(a_picture(kind)))


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("TIFF", "CMYK"), ("TIFF", "YCbCr"), ("PNG", "RGBA"), ("GIF", "P")]
)
def test_every_way_of_writing_colours_is_understood(kind: str, mode: str) -> None:
    assert is_upright(read_picture(a_picture(kind, mode=mode)))


@pytest.mark.parametrize(
    ("mode", "white"), [("1", 1), ("L", 255), ("I;16", 65535), ("LA", (0, 0)), ("RGBA", (0, 0, 0, 0))]
)
def test_greys_and_what_is_transparent_end_on_white(mode: str, white: int | tuple[int, ...]) -> None:
    source = as_file(Image.new(mode, (200, 300), white), "PNG")
    assert read_picture(source).getpixel((100, 150)) == (255, 255, 255)


def test_half_a_grey_stays_half() -> None:
    source = as_file(Image.new("I;16", (200, 300), 32768), "PNG")
    assert read_picture(source).getpixel((100, 150)) == (128, 128, 128)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_taken_sideways_stands_upright(kind: str, orientation: int) -> None:
    turns = Image.Transpose
    lying = {
        2: turns.FLIP_LEFT_RIGHT,
        3: turns.ROTATE_180,
        4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE,
        6: turns.ROTATE_90,
        7: turns.TRANSVERSE,
        8: turns.ROTATE_270,
    }
    upright = Image.open(BytesIO(a_picture("PNG")))
    turned = upright.transpose(lying[orientation]) if orientation in lying else upright
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = read_picture(as_file(turned, kind, exif=exif))
    assert picture.size == (200, 300)
    assert is_upright(picture)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_means_nothing_changes_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert is_upright(read_picture(a_picture(exif=exif)))


@pytest.mark.parametrize("profile", [SRGB, LAB, b"no profile at all"])
def test_a_profile_is_followed_where_it_fits_and_left_out_where_not(profile: bytes) -> None:
    assert is_upright(read_picture(a_picture(icc_profile=profile)))


def test_colours_of_another_profile_become_those_of_the_web() -> None:
    # a profile in which red means blue
    swapped = SRGB.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    picture = read_picture(a_picture("PNG", icc_profile=swapped))
    assert is_upright(picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM))


def test_only_the_first_of_moving_pictures_is_shown() -> None:
    frames = [Image.new("RGB", (200, 300), colour) for colour in (RED, BLUE)]
    for kind in ("GIF", "WEBP", "AVIF", "TIFF", "PNG"):
        source = as_file(frames[0], kind, save_all=True, append_images=frames[1:])
        assert close(read_picture(source).getpixel((100, 150)), RED), kind


def bomb(width: int, height: int) -> bytes:
    """Make a PNG of a few hundred bytes that claims to be huge."""

    def chunk(name: bytes, content: bytes) -> bytes:
        mark = zlib.crc32(name + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + name + content + mark

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(7072, 7072), (9000, 9000), (12000, 12000), (60000, 60000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(InvalidPicture, match="The picture has more than 50 million pixels"):
        read_picture(bomb(*size))


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", UNKNOWN_FORMAT),
        (
            b"This is a letter, whatever its name says.",
            UNKNOWN_FORMAT,
        ),
        (a_picture("BMP"), UNKNOWN_FORMAT),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            UNKNOWN_FORMAT,
        ),
        (a_picture("GIF", size=(1, 1)), "1 × 1 pixels are too few for a cover."),
        (a_picture("PNG", size=(4000, 100)), "4000 × 100 pixels are too few for a cover."),
        (as_file(Image.new("F", (200, 300)), "TIFF"), r"The picture's pixels \(F\) are not colours."),
    ],
)
def test_what_is_refused_is_told_why(source: bytes, reason: str) -> None:
    with pytest.raises(InvalidPicture, match=f"^{reason}$"):
        encode_picture(source)


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_file_is_refused(kind: str) -> None:
    whole = as_file(Image.effect_noise((200, 300), 80).convert("RGB"), kind)
    for length in (len(whole) // 2, len(whole) * 9 // 10):
        with pytest.raises(InvalidPicture):
            read_picture(whole[:length])


@given(st.binary(max_size=300), st.sampled_from(FORMATS), st.integers(0, 40))
def test_any_bytes_are_taken_or_refused(noise: bytes, kind: str, head: int) -> None:
    for source in (noise, a_picture(kind, size=(60, 60))[:head] + noise):
        try:
            read_picture(source)
        except InvalidPicture as problem:
            reason = str(problem)
        else:
            continue
        assert len(reason.splitlines()) == 1


@settings(deadline=None)
@given(st.sampled_from(FORMATS), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=6))
def test_a_damaged_picture_is_taken_or_refused(kind: str, damage: list[tuple[int, int]]) -> None:
    source = bytearray(a_picture(kind, size=(60, 90)))
    for place, value in damage:
        source[place % len(source)] = value
    try:
        reason = read_picture(bytes(source)).mode
    except InvalidPicture as problem:
        reason = str(problem)
    assert len(reason.splitlines()) == 1
