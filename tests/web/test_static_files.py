"""Static files at addresses made of their content."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from bookshop.app import STATIC_FOLDER, Shop
from bookshop.web.static_files import StaticFiles
from tests.shopper import text_of
from tests.web.test_security import ON_EVERY_RESPONSE

ADDRESS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


async def list_addresses(shop: Shop) -> list[str]:
    """Return the addresses of the files that the home page uses."""
    return ADDRESS.findall(await text_of(await shop.test_client().get("/")))


async def test_every_file_of_a_page_may_be_kept_for_good(shop: Shop) -> None:
    addresses = await list_addresses(shop)
    assert len(addresses) == 7
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$|-\d+\.\d+\.\d+\.", address), address
        answer = await shop.test_client().get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        for name, value in ON_EVERY_RESPONSE.items():
            assert answer.headers[name] == value


async def test_files_come_encoded(shop: Shop) -> None:
    for address in await list_addresses(shop):
        plain = await (await shop.test_client().get(address)).get_data()
        for encoding, decode in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            answer = await shop.test_client().get(address, headers={"Accept-Encoding": encoding})
            data = bytes(await answer.get_data())  # type: ignore[arg-type]  # no text was asked for
            if address.endswith(".woff2"):
                assert "Content-Encoding" not in answer.headers, "a font is compressed already"
            elif len(plain) > 500:
                assert answer.headers["Content-Encoding"] == encoding
                assert decode(data) == plain
            assert "Accept-Encoding" in answer.headers.get("Vary", "Accept-Encoding")


async def test_one_sheet_holds_all_components_in_the_order_of_their_names(shop: Shop) -> None:
    (address,) = (address for address in await list_addresses(shop) if "/shop." in address)
    text = await text_of(await shop.test_client().get(address))
    sheets = sorted((STATIC_FOLDER / "css").glob("*.css"))
    assert text == "\n".join(sheet.read_text() for sheet in sheets)


async def test_other_versions_of_a_file_give_what_there_is_for_now(shop: Shop) -> None:
    for address in ("/static/js/site.js", "/static/js/site.0123456789ab.js"):
        answer = await shop.test_client().get(address)
        assert "basket-badge" in await text_of(answer)
        assert answer.headers["Cache-Control"] == "public, no-cache"
        known = {"If-None-Match": answer.headers["ETag"]}
        assert (await shop.test_client().get(address, headers=known)).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/nothing.js",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/css/01-tokens.css",
    ],
)
async def test_nothing_else_is_there(shop: Shop, path: str) -> None:
    assert (await shop.test_client().get(path)).status_code == 404


def test_another_content_is_another_address(tmp_path: Path) -> None:
    (tmp_path / "site.js").write_text("1")
    before = StaticFiles(tmp_path, {}).address("site.js")
    assert StaticFiles(tmp_path, {}).address("site.js") == before
    (tmp_path / "site.js").write_text("2")
    assert StaticFiles(tmp_path, {}).address("site.js") != before


def test_a_version_in_the_name_is_enough(shop: Shop) -> None:
    files = StaticFiles(STATIC_FOLDER, {})
    assert files.address("js/htmx-4.0.1.min.js") == "/static/js/htmx-4.0.1.min.js"
