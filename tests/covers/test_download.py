"""Pictures are downloaded from other servers within limits."""

import gzip
from collections.abc import Iterator

import pytest

from bookshop.covers import download as downloading
from bookshop.covers.download import Download, download, open_client
from bookshop.covers.errors import InvalidPicture
from tests.covers.picture_host import PictureHost, allow_all, run_picture_host


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with run_picture_host() as host:
        yield host


async def ask(link: str, etag: str = "", modified: str = "") -> Download:
    async with open_client(allow_all) as client:
        return await download(client, link, etag, modified)


async def refusal(link: str) -> str:
    with pytest.raises(InvalidPicture) as problem:
        await ask(link)
    return str(problem.value)


async def test_a_picture_comes_with_what_tells_its_next_version(host: PictureHost) -> None:
    link = host.put("/one.jpg", b"picture", ETag='"1"', Last_Modified="Wed, 25 Nov 2026 08:00:00 GMT")
    assert await ask(link) == Download(b"picture", '"1"', "Wed, 25 Nov 2026 08:00:00 GMT")
    path, headers = host.requests[0]
    assert path == "/one.jpg"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"].startswith("bookshop")
    assert "Cookie" not in headers


async def test_a_picture_that_is_as_it_was_does_not_come_again(host: PictureHost) -> None:
    link = host.put("/one.jpg", b"picture", ETag='"1"')
    assert await ask(link, '"1"', "Wed, 25 Nov 2026 08:00:00 GMT") == Download(None)
    assert host.requests[0][1]["If-Modified-Since"] == "Wed, 25 Nov 2026 08:00:00 GMT"


async def test_a_few_redirects_are_followed(host: PictureHost) -> None:
    host.put("/there.jpg", b"picture")
    host.put("/2", status=301, Location="/there.jpg")
    host.put("/1", status=302, Location=f"{host.url}/2")
    assert (await ask(host.url + "/1")).content == b"picture"
    loop = host.put("/loop", status=302, Location="/loop")
    assert await refusal(loop) == "The link redirects too often."


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
async def test_an_answer_that_is_no_picture_is_told(host: PictureHost, status: int) -> None:
    assert await refusal(host.put("/", status=status)) == f"The link's server responded with status {status}."


async def test_what_never_ends_is_cut_off(host: PictureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "MAX_DOWNLOAD_BYTES", 2**20)
    assert await refusal(host.put("/", bytes(2**20 + 1))) == "The picture has more than 1 MB."
    # what is packed stays packed, so that no bomb goes off here
    packed = gzip.compress(bytes(2**24))
    assert (await ask(host.put("/", packed, Content_Encoding="gzip"))).content == packed


async def test_what_takes_too_long_is_cut_off(host: PictureHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloading, "MAX_DOWNLOAD_SECONDS", 0.1)
    link = host.put("/", b"part", Content_Length="100")
    # the server closes the connection, and the rest never comes
    assert await refusal(link) in (
        "The download failed (TimeoutError).",
        "The download failed (RemoteProtocolError).",
    )


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("ftp://example.com/1.jpg", "The link is not a web address."),
        ("file:///etc/passwd", "The link is not a web address."),
        ("example.com/1.jpg", "The link is not a web address."),
        ("", "The link is not a web address."),
        ("http://", "The link is not a web address."),
        ("http://[::1", "The link is not a web address."),
        ("http://a b/1.jpg", "The host a%20b does not exist."),
        ("http://" + "a" * 70 + ".example/1.jpg", "The link is not a web address."),
        ("http://no-such-host.invalid/1.jpg", "The host no-such-host.invalid does not exist."),
        ("http://127.0.0.1:1/1.jpg", "The download failed (ConnectError)."),
    ],
)
async def test_a_link_that_leads_nowhere_is_told(link: str, reason: str) -> None:
    assert await refusal(link) == reason
