"""Pictures of covers in a real browser keep their shape and are small."""

import asyncio
from functools import partial

import pytest
from playwright.async_api import Page, Route

from tests.covers.sample_pictures import a_picture
from tests.journeys.conftest import Site
from tests.journeys.steps import LATE_SHIFTS, WATCH_SHIFTS
from tests.server.test_supervisor import run

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TOP_OF_BOARD = """stand => stand.getBoundingClientRect().bottom
    - parseFloat(getComputedStyle(stand, '::after').blockSize)"""

# sample books, and pictures for them: of a slim paperback, of an album, of a picture book
SHAPES = {"9781916000148": (780, 1290), "9781916000018": (1000, 1000), "9781916000094": (1000, 700)}


@pytest.fixture(scope="session", autouse=True)
def pictures(site: Site) -> None:
    """Import pictures of these books."""
    source = site.folder / "pictures"
    source.mkdir()
    for isbn, size in SHAPES.items():
        (source / f"{isbn}.jpg").write_bytes(a_picture(size=size))
    done = run(["covers", "pictures"], site.folder, **site.env)
    assert done.stdout.startswith("3 imported"), done


@pytest.mark.parametrize("isbn", SHAPES)
@pytest.mark.parametrize(("width", "rung"), [(1280, 400), (375, 240)])
async def test_a_picture_keeps_its_shape_and_stands_on_the_board(
    page: Page, isbn: str, width: int, rung: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.add_init_script(WATCH_SHIFTS)
    painted = asyncio.Event()
    page.on("console", lambda message: painted.set() if message.text == "painted" else None)
    await page.route("**/covers/**", partial(send_after, painted))
    await page.goto(f"/books/{isbn}")
    await page.wait_for_load_state("networkidle")
    picture, frame = page.locator(".stand img"), page.locator(".stand .bound")
    box, place = await picture.bounding_box(), await frame.bounding_box()
    board = await page.locator(".stand").evaluate(TOP_OF_BOARD)
    assert box
    assert place
    across, down = SHAPES[isbn]
    assert box["width"] / box["height"] == pytest.approx(across / down, rel=0.01)
    assert box == pytest.approx(place)
    assert box["y"] + box["height"] == pytest.approx(board, abs=1)
    assert (await page.locator(".stand img").evaluate("image => image.currentSrc")).endswith(f"-{rung}.avif")
    assert await page.evaluate(LATE_SHIFTS) == []


async def send_after(painted: asyncio.Event, route: Route) -> None:
    """Send a picture after the page was painted, so that it moves what has no place for it."""
    await painted.wait()
    await route.continue_()
