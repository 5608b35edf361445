"""Each request that reaches Quart is one line, with the id that its response shows."""

import asyncio
import logging
import re
from collections.abc import Mapping

import pytest
from quart import Response

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.logs import private_logs
from bookshop.logs.line_format import PlainFormat
from tests.builders import a_book, some_settings, store_book
from tests.processes import Process
from tests.shopper import Shopper, text_of
from tests.web.test_security import list_routes

ID = re.compile(r"quote this number: (\d{5}-\d{5})\.")


class Lines(logging.Handler):
    """The lines of requests, as they were when they were logged."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[Mapping[str, object]] = []
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        assert isinstance(record.args, Mapping)
        self.values.append(record.args)
        self.lines.append(PlainFormat().format(record))


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_url: str) -> str:
    """Use SQLite: no statement is sent here."""
    return sqlite_url


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Collect the lines of requests."""
    lines = Lines()
    log = logging.getLogger("bookshop.logs.request_log")
    monkeypatch.setattr(log, "level", logging.INFO)
    monkeypatch.setattr(log, "handlers", [lines])
    log.manager._clear_cache()  # type: ignore[attr-defined]  # as `setLevel` does
    return lines


async def test_every_route_logs_one_line_by_its_name(shop: Shop, logged: Lines) -> None:
    client = shop.test_client()
    for rule, path in list_routes(shop, "GET"):
        logged.lines.clear()
        logged.values.clear()
        response: Response = await client.get(f"{path}?q=Ada+Lovelace")
        for line, values in zip(logged.lines, logged.values, strict=True):
            assert values["route"] == rule.endpoint, path
            assert values["method"] == "GET"
            assert "Ada" not in line
            assert path == "/" or path not in line
        assert logged.values[-1]["status"] == response.status_code, path
        if number := response.headers.get("X-Request-Id"):
            assert f" {number} " in logged.lines[-1]


async def test_the_error_page_shows_the_id_of_its_line(shop: Shop, logged: Lines) -> None:
    client, headers = shop.test_client(), {"X-Request-Id": "00000-00000"}
    for path in ("/", "/search", "/people/nobody", "/checkout", "/office/account"):
        response = await client.get(f"{path}?%00", headers=headers)
        found = ID.search(await text_of(response))
        assert response.status_code == 400
        assert found, path
        assert f" {found[1]} " in logged.lines[-1], path


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
    database: Database, database_url: str, simulator: Process, logged: Lines
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
    assert len(logged.lines) == 1


async def test_a_client_that_hangs_up_is_one_line(shop: Shop, logged: Lines) -> None:
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
    assert [values["status"] for values in logged.values] == [499]


async def test_an_invented_method_is_short(shop: Shop, logged: Lines) -> None:
    async with shop.test_client().request("/", method="X" * 1000) as connection:
        await connection.send_complete()
    assert len(logged.lines[-1]) < 200
