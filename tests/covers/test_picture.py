from itertools import pairwise

import pytest

from bookshop.covers.encode import version_of
from bookshop.covers.picture import Picture, parse_file_name, stored_widths
from tests.covers.sample_pictures import a_picture

ISBN = "9780306406157"
SOURCE = a_picture()
VERSION = version_of(SOURCE)


@pytest.mark.parametrize("width", [60, 119, 120, 140, 150, 240, 300, 470, 480, 671, 672])
def test_no_two_renditions_are_nearly_the_same(width: int) -> None:
    widths = stored_widths(width)
    assert widths[-1] == width
    assert all(one < other * 0.85 for one, other in pairwise(widths))


def test_a_slot_gets_what_its_screen_can_show() -> None:
    picture = Picture(ISBN, VERSION, 672, 1008)
    shown = {width: picture.srcset(width, "avif") for width in (56, 80, 120, 200, 336)}
    assert {
        width: [int(source.rsplit(" ", 1)[1][:-1]) for source in sources.split(", ")]
        for width, sources in shown.items()
    } == {56: [120], 80: [120, 240], 120: [120, 240], 200: [120, 240, 400], 336: [120, 240, 400, 672]}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x.avif",
        f"{ISBN}.avif",
        f"{ISBN}-{VERSION}-120.svg",
        f"{ISBN}-{VERSION}-0120.avif",
        f"{ISBN}-{VERSION}-9999.avif",
        f"{ISBN}-{VERSION}-120.avif\n",
        f"{ISBN}-../../../../etc-120.avif",
        f"..-{VERSION}-120.avif",
        f"٩{ISBN[1:]}-{VERSION}-120.avif",
        f"{ISBN}-{VERSION.upper()}X-120.avif",
    ],
)
def test_a_name_that_is_none_leads_nowhere(name: str) -> None:
    assert parse_file_name(name) is None
