"""Each request has a line of its own or is counted, and the counts are one line."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookshop.app import Shop, create_app
from bookshop.covers.picture import parse_file_name
from bookshop.logs import request_log
from bookshop.logs.request_counts import Ended, counts, log_counts, log_counts_while_serving
from bookshop.logs.request_log import RequestLine
from tests.builders import some_settings
from tests.office.sign_in.test_limit import find_limit, stop_refilling
from tests.office.staff_client import OWN_SITE
from tests.shopper import text_of
from tests.test_budgets import LOADED

PICTURE = "9780306406157-0123456789ab-120.avif"


@pytest.fixture(autouse=True)
def _from_zero(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO, "bookshop.logs")
    counts.clear()
    yield
    counts.clear()


@pytest.fixture
def shop(sqlite_url: str, tmp_path: Path) -> Shop:
    """Return a shop with one picture, whose clock stands still, so that pages stay cached."""
    file = parse_file_name(PICTURE)
    assert file
    (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file.path).write_bytes(b"a picture")
    settings = some_settings(DATABASE_URL=sqlite_url, COVERS_DIR=str(tmp_path))
    return create_app(settings, clock=lambda: 0.0)


async def test_each_request_has_a_line_or_is_counted(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[RequestLine] = []
    monkeypatch.setattr(request_log, "sinks", [lines.append])
    client = shop.test_client()
    home = await text_of(await client.get("/"))
    # together they share one rendering
    await asyncio.gather(*(shop.test_client().get("/new") for _ in range(3)))
    for path in ("/", "/", f"/covers/{PICTURE}", "/basket", "/no-such-page", *LOADED.findall(home)):
        await client.get(path)
    await client.get("/", scope_base={"http_version": "2"})
    limit = find_limit(shop)
    limit.strangers.tokens = 0
    stop_refilling(limit)
    await client.post("/office/sign-in", form={}, headers=OWN_SITE)
    files = len(LOADED.findall(home))
    assert counts == {Ended.CACHED_PAGE: 4, Ended.FILE: files, Ended.PICTURE: 1, Ended.REFUSED: 2}
    assert [line.route for line in lines] == ["catalogue.home", "catalogue.new", "basket.show", "-"]


def test_the_counts_are_one_line_and_begin_anew(caplog: pytest.LogCaptureFixture) -> None:
    counts.update({Ended.CACHED_PAGE: 2, Ended.PICTURE: 1})
    log_counts()
    log_counts()
    assert caplog.messages == [
        "Without lines of their own: 2 cached pages, 0 files, 1 pictures, 0 refused requests"
    ]


async def test_the_counts_are_logged_each_minute_and_at_the_end(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: asyncio.Queue[float] = asyncio.Queue()
    passed: asyncio.Queue[None] = asyncio.Queue()

    async def sleep(seconds: float) -> None:
        await ticks.put(seconds)
        await passed.get()

    monkeypatch.setattr("bookshop.logs.request_counts.asyncio.sleep", sleep)
    serving = log_counts_while_serving()
    await anext(serving)
    for _ in range(2):
        assert await ticks.get() == 60
        counts[Ended.FILE] += 1
        passed.put_nowait(None)
    await ticks.get()
    assert len(caplog.messages) == 2
    counts[Ended.FILE] += 1
    with pytest.raises(StopAsyncIteration):
        await anext(serving)
    assert len(caplog.messages) == 3
