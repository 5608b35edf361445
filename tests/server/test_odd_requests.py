"""Requests that no browser sends, over sockets to a real server with its own defaults."""

import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import h2.connection
import h2.events
import pytest

from tests.builders import ENVIRONMENT
from tests.processes import Process, free_port, running_shop
from tests.server.test_supervisor import clean_environment

PATIENCE = 20
PREFACE_REQUEST = [
    (":method", "GET"),
    (":path", "/"),
    (":authority", "shop.example"),
    (":scheme", "http"),
    ("x-forwarded-for", "192.0.2.1"),
]
WEBSOCKET = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
ODD_REQUESTS = [
    f"GET / HTTP/1.1\r\nHost: shop\r\n{WEBSOCKET}\r\n",
    f"GET /basket HTTP/1.1\r\nHost: shop\r\n{WEBSOCKET}\r\n",
    "GET / HTTP/1.1\r\nHost: shop\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n",
    "CONNECT /basket HTTP/1.1\r\nHost: shop\r\n\r\n",
    "TRACE / HTTP/1.1\r\nHost: shop\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: shop\r\n\r\n",
    "GET * HTTP/1.1\r\nHost: shop\r\n\r\n",
    "GET books HTTP/1.1\r\nHost: shop\r\n\r\n",
    "GET ?q=x HTTP/1.1\r\nHost: shop\r\n\r\n",
    "GET http://evil.example/ HTTP/1.1\r\nHost: shop\r\n\r\n",
    "GET http://evil.example/search HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "BREW / HTTP/1.1\r\nHost: shop\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET /basket HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET /basket HTTP/1.1\r\nHost:\r\n\r\n",
    "GET /basket HTTP/1.1\r\nHost: shop\r\nHost: evil.example\r\n\r\n",
    "GET /\xff HTTP/1.1\r\nHost: shop\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a greeting of TLS\r\n\r\n",
]
ODD_HOSTS = [
    "shop:http",
    "shop:99999999",
    "a b",
    "@",
    "user@shop",
    "[::1",
    "..",
    ".",
    "x" * 300,
    "\xff",
    "xn--\x80",
    "shop/evil",
    "a,b",
    "%00",
    "'",
]


@pytest.fixture(scope="module")
def shop(sample_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run the shop under hypercorn with nothing but settings."""
    folder = tmp_path_factory.mktemp("odd")
    shutil.copy(sample_shop, folder / "bookshop.db")
    env = {
        **clean_environment(),
        **ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{folder}/bookshop.db",
        "SHOP_URL": "https://books.example",
        "SWEEP_SECONDS": "0",
    }
    with running_shop(folder / "log", free_port(), env, folder) as process:
        yield process


def connect(shop: Process) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(shop.url).port or 0), PATIENCE)


def exchange(shop: Process, request: str) -> str:
    """Send a request and return what came before the connection was closed."""
    with connect(shop) as client, client.makefile("rb") as answer:
        client.sendall(request.encode("latin-1"))
        head = b"".join(iter(answer.readline, b"\r\n")).lower()
        length = re.search(rb"content-length: (\d+)", head)
        return (head + b"\r\n" + answer.read(int(length[1]) if length else 0)).decode("latin-1")


def is_refused(answer: str) -> bool:
    return answer.startswith("http/1.1 4") and "Traceback" not in answer


@pytest.mark.parametrize("request_", ODD_REQUESTS)
def test_an_odd_request_is_refused_without_a_traceback(shop: Process, request_: str) -> None:
    assert is_refused(exchange(shop, request_))
    assert "Traceback" not in shop.log.read_text()


@pytest.mark.parametrize("host", ODD_HOSTS)
def test_an_odd_host_harms_no_page(shop: Process, host: str) -> None:
    for path in ("/", "/basket", "//basket", "/checkout?item=9781732265172"):
        answer = exchange(shop, f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n")
        assert answer.startswith(("http/1.1 2", "http/1.1 3", "http/1.1 4")), path
    written = (
        f"POST /basket HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n\r\n"
    )
    assert is_refused(exchange(shop, written))
    assert "Traceback" not in shop.log.read_text()


def test_a_redirect_names_no_other_host(shop: Process) -> None:
    answer = exchange(shop, "GET //books//9781732265172 HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert "\r\nlocation: https://books.example/books/9781732265172\r\n" in answer


def test_http_2_without_tls_is_refused(shop: Process) -> None:
    with connect(shop) as client:
        connection = h2.connection.H2Connection()
        connection.initiate_connection()
        assert read_status(client, connection, stream_id=1, sends=True) == "400"


def test_an_upgrade_to_http_2_is_refused(shop: Process) -> None:
    with connect(shop) as client:
        connection = h2.connection.H2Connection()
        settings = connection.initiate_upgrade_connection()
        assert settings is not None
        client.sendall(
            b"GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            b"HTTP2-Settings: " + settings + b"\r\n\r\n"
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(1)
        assert head.startswith(b"HTTP/1.1 101")
        assert read_status(client, connection, stream_id=1) == "400"
        assert read_status(client, connection, stream_id=3, sends=True) == "400"


def read_status(
    client: socket.socket, connection: h2.connection.H2Connection, stream_id: int, *, sends: bool = False
) -> str:
    """Return the status of the response on a stream; `sends` sends its request first."""
    if sends:
        connection.send_headers(stream_id, PREFACE_REQUEST, end_stream=True)
    client.sendall(connection.data_to_send())
    while received := client.recv(2**16):
        for event in connection.receive_data(received):
            if isinstance(event, h2.events.ResponseReceived) and event.stream_id == stream_id:
                return dict(event.headers)[b":status"].decode()
        client.sendall(connection.data_to_send())
    raise AssertionError("the connection was closed")
