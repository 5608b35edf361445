"""The page cache in front of a small app: what is kept, for how long, and nothing personal."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bookshop.web.page_cache import MAX_QUERY_BYTES, PageCache, is_personal
from tests.shopper import HTMX, text_of
from tests.web.stall import Stall

BROWSER = {
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Cookie": "basket-count=3",
    "User-Agent": "Browser/1",
}


@pytest.fixture
async def stall() -> AsyncIterator[Stall]:
    stall = Stall()
    async with stall.app.test_app():
        yield stall


def total_size(cache: PageCache) -> int:
    """Return what the entries of a cache take, in bytes."""
    return sum(entry.response.size for entry in cache.entries.by_key.values())


async def test_a_page_is_rendered_once_a_second(stall: Stall) -> None:
    for moment, times in ((0, 1), (0.9, 1), (1.0, 2), (1.9, 2), (2.1, 3)):
        stall.clock.now = 1000 + moment
        answer = await stall.client.get("/plain")
        assert await text_of(answer) == "plain " * 200
        assert stall.rendered["/plain"] == times, moment


async def test_a_thousand_concurrent_requests_share_one_rendering(stall: Stall) -> None:
    stall.may_finish.clear()
    requests = [asyncio.create_task(stall.client.get("/plain")) for _ in range(1000)]
    await stall.entered.wait()
    # each request reaches the cache within a few turns of the loop
    for _ in range(50):
        await asyncio.sleep(0)
    stall.may_finish.set()
    answers = await asyncio.gather(*requests)
    assert {await text_of(answer) for answer in answers} == {"plain " * 200}
    assert stall.rendered["/plain"] == 1


async def test_rendering_goes_on_when_the_first_client_hangs_up(stall: Stall) -> None:
    stall.may_finish.clear()
    first = asyncio.create_task(stall.client.get("/plain"))
    second = asyncio.create_task(stall.client.get("/plain"))
    await stall.entered.wait()
    first.cancel()
    stall.may_finish.set()
    assert await text_of(await second) == "plain " * 200
    assert stall.rendered["/plain"] == 1


async def test_an_unchanged_page_keeps_its_encodings(stall: Stall) -> None:
    await stall.client.get("/plain", headers=BROWSER)
    (before,) = stall.cache.entries.by_key.values()
    stall.clock.now += 5
    await stall.client.get("/plain")
    (after,) = stall.cache.entries.by_key.values()
    assert after.fresh_until > before.fresh_until
    assert after.response is before.response
    assert "br" in after.response.encodings


async def test_a_browser_that_has_the_page_gets_not_modified(stall: Stall) -> None:
    for encoding in ("", "gzip", "br"):
        answer = await stall.client.get("/plain", headers={"Accept-Encoding": encoding})
        assert answer.headers.get("Content-Encoding", "") == encoding
        asked = {"Accept-Encoding": encoding, "If-None-Match": answer.headers["ETag"]}
        again = await stall.client.get("/plain", headers=asked)
        assert (again.status_code, await again.get_data()) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, max-age=1"
        other = await stall.client.get("/plain", headers={**asked, "Accept-Encoding": "deflate"})
        assert other.status_code == (304 if encoding == "" else 200)


async def test_head_has_the_headers_of_get(stall: Stall) -> None:
    for _ in range(2):
        whole, head = await stall.client.get("/plain"), await stall.client.head("/plain")
        assert head.headers["ETag"] == whole.headers["ETag"]
        assert await head.get_data() == b""


async def test_a_page_and_its_fragment_are_kept_apart(stall: Stall) -> None:
    for _ in range(2):
        assert await text_of(await stall.client.get("/asks")) == "None None"
        fragment = await stall.client.get("/asks", headers=HTMX)
        assert await text_of(fragment) == "None true"
        # a cache that knows nothing of Vary must not show it as the page
        assert fragment.headers["Cache-Control"] == "private, max-age=1"
        boosted = await stall.client.get("/asks", headers={**HTMX, "HX-Request-Type": "full"})
        assert await text_of(boosted) == "None None"
    assert stall.rendered["/asks"] == 2


async def test_a_query_that_a_page_ignores_makes_no_other_page(stall: Stall) -> None:
    for query in ("?utm_source=x", "", "?fbclid=y"):
        answer = await stall.client.get(f"/plain{query}")
        assert answer.headers["No-Vary-Search"] == "params"
    assert stall.rendered["/plain"] == 1
    for _ in range(2):
        assert await text_of(await stall.client.get("/asks?q=a")) == "a None"
        assert await text_of(await stall.client.get("/asks?q=b")) == "b None"
    assert stall.rendered["/asks"] == 2
    assert "No-Vary-Search" not in (await stall.client.get("/asks")).headers


async def test_a_long_query_is_answered_and_not_kept(stall: Stall) -> None:
    query = "q=" + "x" * MAX_QUERY_BYTES
    for _ in range(2):
        assert "xxx" in await text_of(await stall.client.get(f"/asks?{query}"))
    assert not stall.cache.entries.by_key
    assert stall.rendered["/asks"] == 2


async def test_a_query_of_the_longest_length_is_kept(stall: Stall) -> None:
    query = "q=" + "x" * (MAX_QUERY_BYTES - 2)
    for _ in range(2):
        await stall.client.get(f"/asks?{query}")
    assert stall.rendered["/asks"] == 1


async def test_a_page_is_kept_for_a_minute_at_most_from_before_it_was_rendered(stall: Stall) -> None:
    await stall.client.get("/stored")
    for moment, times in ((59.9, 1), (60, 2)):
        stall.clock.now = 1000 + moment
        await stall.client.get("/stored")
        assert stall.rendered["/stored"] == times, moment


async def test_a_public_page_without_an_age_is_shared_and_not_kept(stall: Stall) -> None:
    for _ in range(2):
        assert await text_of(await stall.client.get("/ageless")) == "ageless"
    assert not stall.cache.entries.by_key


async def test_the_least_used_page_makes_room(stall: Stall) -> None:
    await stall.client.get("/asks?q=first")
    (entry,) = stall.cache.entries.by_key.values()
    stall.cache.entries.max_bytes = 3 * entry.response.size + 100
    for query in ("second", "third", "first", "fourth", "fifth"):
        await stall.client.get(f"/asks?q={query}")
    assert [key.query for key in stall.cache.entries.by_key] == [b"q=first", b"q=fourth", b"q=fifth"]
    assert stall.cache.entries.size == total_size(stall.cache)


async def test_the_size_stays_right_while_pages_change(stall: Stall) -> None:
    for _ in range(3):
        for path in ("/plain", "/asks", "/asks?q=1"):
            await stall.client.get(path, headers=BROWSER)
        stall.clock.now += 10
    assert stall.cache.entries.size == total_size(stall.cache)


async def test_what_is_too_large_is_answered_and_not_kept(stall: Stall) -> None:
    answer = await stall.client.get("/large", headers=BROWSER)
    assert answer.headers["Content-Encoding"] == "br"
    assert not stall.cache.entries.by_key


async def test_nothing_of_the_request_reaches_a_kept_page(stall: Stall) -> None:
    headers = {
        **BROWSER,
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "Authorization": "Basic eA==",
    }
    answer = await stall.client.get(
        "/echo?x=1", headers=headers, scheme="https", scope_base={"client": ("203.0.113.9", 443)}
    )
    text = await text_of(answer)
    assert " at http://shop.example/echo?x=1" in text
    for own in ("evil", "basket-count", "Browser", "Basic", "203.0.113.9"):
        assert own not in text


PERSONAL = ("/session", "/remembered", "/cookie", "/no-store", "/private", "/varies")


@pytest.mark.parametrize("path", PERSONAL)
async def test_what_is_personal_is_neither_kept_nor_shared(stall: Stall, path: str) -> None:
    for _ in range(2):
        answers = await asyncio.gather(*(stall.client.get(path, headers=BROWSER) for _ in range(3)))
        assert len({id(answer) for answer in answers}) == 3
        assert not stall.cache.entries.by_key
        assert "ETag" not in answers[0].headers
    # each of them was answered with a rendering of its own
    assert stall.rendered[path] >= 6


@pytest.mark.parametrize(("path", "status"), [("/gone", 404), ("/moved", 301), ("/nowhere", 404)])
async def test_only_success_is_kept(stall: Stall, path: str, status: int) -> None:
    for _ in range(2):
        assert (await stall.client.get(path)).status_code == status
    assert not stall.cache.entries.by_key
    # each response came from one rendering, as it is the same for everyone
    assert stall.rendered[path] == (0 if path == "/nowhere" else 2)


async def test_a_page_that_cannot_be_rendered_is_tried_again_every_two_seconds_for_an_hour(
    stall: Stall,
) -> None:
    await stall.client.get("/plain")
    stall.is_broken = True
    for moment, status, times in ((2, 200, 2), (3.9, 200, 2), (4, 200, 3), (3600, 200, 4), (3602, 503, 5)):
        stall.clock.now = 1000 + moment
        answer = await stall.client.get("/plain")
        assert (answer.status_code, stall.rendered["/plain"]) == (status, times), moment
        assert answer.headers.get("Age") == (str(int(moment)) if status == 200 else None)
    stall.is_broken = False
    assert "Age" not in (await stall.client.get("/plain")).headers


async def test_other_methods_go_through(stall: Stall) -> None:
    await stall.client.get("/plain")
    options = await stall.client.options("/plain")
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    for ask in (stall.client.post, stall.client.put, stall.client.delete, stall.client.patch):
        assert (await ask("/plain")).status_code == 405


@pytest.mark.parametrize(
    ("headers", "personal"),
    [
        ({"cache-control": "public, max-age=1"}, False),
        ({"cache-control": "public, max-age=1", "vary": "HX-Request, accept-encoding"}, False),
        ({"cache-control": "public, max-age=1", "vary": "Cookie"}, True),
        ({"cache-control": "public, max-age=1", "vary": "*"}, True),
        ({"cache-control": "public, max-age=1", "set-cookie": "a=b"}, True),
        ({"cache-control": "public, no-store"}, True),
        ({"cache-control": "public, private"}, True),
        ({"cache-control": "no-cache"}, True),
        ({}, True),
    ],
)
def test_a_response_that_is_not_marked_public_is_personal(headers: dict[str, str], personal: bool) -> None:
    written = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert is_personal(200, headers.get("cache-control", "").encode(), written) is personal
