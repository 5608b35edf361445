"""Downloads never reach our own network."""

from collections.abc import Iterator

import httpx
import pytest

from bookshop.covers.download import download, open_client
from bookshop.covers.errors import InvalidPicture
from bookshop.covers.ssrf_guard import is_public
from tests.covers.picture_host import PictureHost, run_picture_host


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with run_picture_host() as host:
        yield host


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "0",
        "2130706433",
    ],
)
async def test_our_own_network_is_not_asked(host: PictureHost, name: str) -> None:
    port = httpx.URL(host.url).port
    async with open_client() as client:
        with pytest.raises(InvalidPicture, match=r"is not a public address\.$"):
            await download(client, f"http://{name}:{port}/1.jpg")
    assert host.requests == []


async def test_a_redirect_does_not_lead_into_our_own_network(host: PictureHost) -> None:
    target = f"http://localhost:{httpx.URL(host.url).port}/secret"
    link = host.put("/", status=302, Location=target)

    def first_only(_: str) -> bool:
        return not host.requests

    async with open_client(first_only) as client:
        with pytest.raises(InvalidPicture, match=r"^localhost is not a public address\.$"):
            await download(client, link)
    assert [path for path, _ in host.requests] == ["/"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected
