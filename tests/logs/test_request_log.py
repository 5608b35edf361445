"""Each request that reaches Quart is one line, with the id that its response shows."""

import asyncio
import errno
import io
import logging
import re
from collections.abc import Iterator

import pytest
from quart import Response

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.logs import private_logs, request_log
from bookshop.logs.line_format import JsonFormat, PlainFormat, time_text
from bookshop.logs.request_id import request_id
from bookshop.logs.request_log import RequestLine, json_line, plain_line, sinks, write_to
from tests.builders import a_book, some_settings, store_book
from tests.processes import Process
from tests.shopper import Shopper, text_of
from tests.web.test_security import list_routes

MESSAGE = "%(method)s %(route)s %(status)s %(ms).1f ms"
VALUES = {"method": "GET", "route": "orders.show", "status": 200, "ms": 12.3}
LINE = RequestLine(time_text(1_700_000_000.25), "48210-93755", "GET", "orders.show", 200, 12.3)
ID = re.compile(r"quote this number: (\d{5}-\d{5})\.")


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_url: str) -> str:
    """Use SQLite: no statement is sent here."""
    return sqlite_url


@pytest.fixture
def logged() -> Iterator[list[RequestLine]]:
    """Collect the lines of requests."""
    lines: list[RequestLine] = []
    sinks.append(lines.append)
    yield lines
    sinks.remove(lines.append)


async def test_every_route_logs_one_line_by_its_name(shop: Shop, logged: list[RequestLine]) -> None:
    client = shop.test_client()
    for rule, path in list_routes(shop, "GET"):
        logged.clear()
        response: Response = await client.get(f"{path}?q=Ada+Lovelace")
        for line in logged:
            assert (line.route, line.method) == (rule.endpoint, "GET"), path
            text = plain_line(line)
            assert "Ada" not in text
            assert path == "/" or path not in text
        assert logged[-1].status == response.status_code, path
        assert response.headers.get("X-Request-Id") in (None, logged[-1].request)


async def test_the_error_page_shows_the_id_of_its_line(shop: Shop, logged: list[RequestLine]) -> None:
    client, headers = shop.test_client(), {"X-Request-Id": "00000-00000"}
    for path in ("/", "/search", "/people/nobody", "/checkout", "/office/account"):
        response = await client.get(f"{path}?%00", headers=headers)
        found = ID.search(await text_of(response))
        assert response.status_code == 400
        assert found, path
        assert found[1] == logged[-1].request, path


async def test_what_a_request_logs_has_its_id(
    shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_logs, "MIN_INTERVAL_SECONDS", 0)
    caplog.handler.setFormatter(PlainFormat())
    headers = {"Sec-Fetch-Site": "cross-site"}
    responses = await asyncio.gather(
        *(shop.test_client().post(path, headers=headers) for path in ("/basket", "/checkout"))
    )
    for response, path in zip(responses, ("/basket", "/checkout"), strict=True):
        [line] = [line for line in caplog.text.splitlines() if path in line]
        assert f" {response.headers['X-Request-Id']} " in line


async def test_a_page_that_is_kept_has_no_line_and_no_id(
    database: Database, database_url: str, simulator: Process, logged: list[RequestLine]
) -> None:
    book = await database.write(store_book, a_book())
    settings = some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url)
    app = create_app(settings, clock=lambda: 0.0)
    async with app.test_app():
        shopper = Shopper(app.test_client())
        for _ in range(3):
            response = await shopper.get(f"/books/{book.isbn}/{book.slug}")
            assert response.status_code == 200
            assert "X-Request-Id" not in response.headers
    assert len(logged) == 1


async def test_a_client_that_hangs_up_is_one_line(shop: Shop, logged: list[RequestLine]) -> None:
    async def send(event: object) -> None:
        raise AssertionError(event)

    events = iter([{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}])

    async def receive() -> object:
        return next(events)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/checkout",
        "raw_path": b"/checkout",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/x-www-form-urlencoded")],
    }
    await shop(scope, receive, send)  # type: ignore[arg-type]  # all that is read
    assert [line.status for line in logged] == [499]


async def test_an_invented_method_is_not_logged(shop: Shop, logged: list[RequestLine]) -> None:
    async with shop.test_client().request("/", method="X" * 1000) as connection:
        await connection.send_complete()
    assert logged[-1].method == "other"


class FullDisk(io.StringIO):
    """A log that can no longer be written."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, text)


def test_a_full_disk_fails_no_request() -> None:
    write_to(FullDisk(), "plain")(LINE)


def test_a_request_is_formatted_as_every_other_line() -> None:
    record = logging.LogRecord(request_log.__name__, logging.INFO, "", 0, MESSAGE, (VALUES,), None)
    record.created = 1_700_000_000.25
    token = request_id.set(LINE.request)
    plain, json_text = PlainFormat().format(record), JsonFormat().format(record)
    request_id.reset(token)
    assert plain_line(LINE) == plain
    assert json_line(LINE) == json_text
