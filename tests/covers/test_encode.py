"""A picture becomes small files without metadata."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from bookshop.covers.encode import encode_picture, version_of
from bookshop.covers.picture import stored_widths
from tests.covers.sample_pictures import BLUE, RED, a_picture

# Pillow warns about odd files
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def close(colour: object, expected: tuple[int, int, int]) -> bool:
    """Whether two colours look the same."""
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 12 for one, other in zip(colour, expected, strict=True))


def is_upright(picture: Image.Image) -> bool:
    """Whether a picture is red above and blue below."""
    middle, height = picture.width // 2, picture.height
    above, below = picture.getpixel((middle, height // 5)), picture.getpixel((middle, height * 4 // 5))
    return picture.mode == "RGB" and close(above, RED) and close(below, BLUE)


def test_nothing_is_left_of_what_a_picture_said_about_itself() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "SOMEBODY"
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "SOMEBODY")
    for source in (
        a_picture("JPEG", exif=exif, comment=b"SOMEBODY", icc_profile=SRGB),
        a_picture("WEBP", exif=exif, xmp=b"SOMEBODY", icc_profile=SRGB),
        a_picture("PNG", pnginfo=notes, icc_profile=SRGB),
    ):
        assert b"SOMEBODY" in source
        for name, content in encode_picture(source).files.items():
            assert b"SOMEBODY" not in content, name
            with Image.open(BytesIO(content)) as made:
                assert not made.getexif()
                assert "icc_profile" not in made.info


def test_files_have_the_widths_that_pages_use_and_the_largest_bounds_them() -> None:
    encoded = encode_picture(a_picture(size=(1400, 2100)))
    assert (encoded.width, encoded.height) == (672, 1008)
    assert sorted(encoded.files) == sorted(
        [f"{width}.{kind}" for width in (120, 240, 400, 672) for kind in ("avif", "webp")] + ["672.jpg"]
    )
    for name, content in encoded.files.items():
        with Image.open(BytesIO(content)) as made:
            width = int(name.partition(".")[0])
            assert made.size == (width, width * 3 // 2)
            assert is_upright(made.convert("RGB"))


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((200, 300), (200, 300)),
        ((60, 90), (60, 90)),
        ((600, 3000), (202, 1008)),
        ((3000, 600), (672, 134)),
        ((672, 1008), (672, 1008)),
    ],
)
def test_no_picture_is_stretched(size: tuple[int, int], made: tuple[int, int]) -> None:
    encoded = encode_picture(a_picture("PNG", size=size))
    assert (encoded.width, encoded.height) == made
    widths = {int(name.partition(".")[0]) for name in encoded.files}
    assert widths == set(stored_widths(encoded.width))
    assert max(widths) == made[0]


def test_a_version_tells_sources_apart() -> None:
    assert version_of(b"one") == version_of(b"one") != version_of(b"other")
    assert len(version_of(b"")) == 12


def test_no_module_that_serves_pages_loads_the_decoders() -> None:
    for path in (Path(__file__).parents[2] / "bookshop").rglob("*.py"):
        if path.parent.name not in ("importing", "covers", "commands", "simulator"):
            assert "PIL" not in path.read_text("utf-8").split(), path
