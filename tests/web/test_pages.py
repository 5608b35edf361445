"""Every page and fragment, in every state of the shop."""

import hashlib
import re
import shutil
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader
from sqlalchemy import Connection

from bookshop.app import Shop, create_app
from bookshop.catalogue.book import Book
from bookshop.database import Database, DatabaseUnavailable
from bookshop.database.errors import Fault
from bookshop.orders.order import NEVER
from bookshop.orders.progress import Progress
from bookshop.orders.receipt import ReceiptState
from bookshop.orders.refund import Refund
from bookshop.schema import orders
from bookshop.web.pages import cached_fragment, show_unavailable
from tests.builders import a_book, some_settings
from tests.filled_shop import STATEMENT, FilledShop, fill_shop
from tests.orders.receipt_states import ALL, CASES, DAY, Case, a_paid_order, a_parcel, render, state_of
from tests.orders.test_receipt_states import PROGRESS, REFUNDS
from tests.payments.stripe_account import Account
from tests.shopper import HTMX, Shopper, text_of

FOLDER = Path(__file__).parents[2] / "bookshop"
# those of the office are rendered in tests/office
TEMPLATES = sorted(
    name
    for path in (FOLDER / "templates").rglob("*.html")
    if not (name := path.relative_to(FOLDER / "templates").as_posix()).startswith("office/")
)
# responses to requests that only scripts make
ONLY_FRAGMENTS = {"basket/added.html", "catalogue/suggestions.html"}
# shown while the database is away: tests/faults/test_database_away.py
ONLY_IN_FAILURES = {"confirming.html"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"}
# elements that end an open paragraph
BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "section", "h2", "h3", "form"}


@pytest.fixture
async def filled(shop: Shop, database: Database, account: Account) -> FilledShop:
    return await fill_shop(shop, database, account)


class Outline(HTMLParser):
    """Read a page: check that its tags close in order, collect its ids and references."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.points_to: list[str] = []
        self.attributes: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not (tag in BLOCKS and "p" in self.open), (tag, self.open)
        if tag not in VOID:
            self.open.append(tag)
        values = dict(attrs)
        assert len(values) == len(attrs), (tag, attrs)
        # HTML knows no microseconds
        assert "." not in (values.get("datetime") or ""), values
        self.attributes += values
        self.ids += [values["id"] or ""] if "id" in values else []
        for name in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
            self.points_to += (values.get(name) or "").split()
        for name in ("href", "data-hx-target"):
            if (values.get(name) or "").startswith("#"):
                self.points_to.append((values[name] or "")[1:])

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, tag


async def test_every_page_has_its_status(filled: FilledShop) -> None:
    for path, status in filled.pages.items():
        await filled.shopper.read(path, status=status)


async def test_every_fragment_is_a_part_of_its_page(filled: FilledShop, database: Database) -> None:
    for path, status in filled.pages.items():
        if re.fullmatch("/orders/[^/]{22,}", path) and status == 200:
            path += "/status"
        await database.write(let_stripe_be_read)
        page = await filled.shopper.read(path, status=status)
        await database.write(let_stripe_be_read)
        fragment = await filled.shopper.read(path, status=status, htmx=True)
        assert len(fragment) < len(page), path
        assert masked(fragment) in masked(page), path


def let_stripe_be_read(db: Connection) -> None:
    """Let the next request read Stripe, so that two requests show the same."""
    db.execute(orders.update().values(refreshed_at=NEVER))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("delay", [None, 5])
async def test_every_state_of_a_receipt_is_a_part_of_its_page(
    shop: Shop, name: str, delay: int | None
) -> None:
    whole = await render(shop, CASES[name], delay=delay)
    part = await render(shop, CASES[name], delay=delay, **HTMX)
    assert part in whole
    assert ("data-hx-trigger" in part) == (delay is not None)
    Outline(whole)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PROGRESS, REFUNDS, st.sampled_from(["", "needs_response", "lost", "won"]), st.booleans())
async def test_whatever_happened_to_an_order_its_receipt_is_a_page(
    shop: Shop, progress: Progress, refunds: list[Refund], dispute: str, deliver: bool
) -> None:
    if progress.count("shipped"):
        progress = replace(progress, parcels=(a_parcel(1, ALL, 3 * DAY),))
    case = Case(ReceiptState.PAID, a_paid_order(deliver, dispute=dispute), progress, refunds)
    Outline(await render(shop, case._replace(state=state_of(case))))


def masked(page: str) -> str:
    """Return a page without what each request has of its own: an order's token, and its id."""
    return re.sub(r'name="order" value="[^"]+"|number: \d{5}-\d{5}', "", page)


async def test_every_template_is_rendered(
    filled: FilledShop,
    shop: Shop,
    sqlite_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: set[str] = set()
    load = FileSystemLoader.get_source

    def note(self: FileSystemLoader, environment: Environment, name: str) -> object:
        # a page of mails also reads the templates of mails
        seen.update({name} if name.endswith(".html") else ())
        return load(self, environment, name)

    monkeypatch.setattr(FileSystemLoader, "get_source", note)
    shop.jinja_env.cache.clear()  # type: ignore[union-attr]  # there is one unless it is switched off
    for path in filled.pages:
        await filled.shopper.get(path)
    empty = shutil.copy(sqlite_template, tmp_path / "empty.db")
    shop_without_books = create_app(some_settings(DATABASE_URL=f"sqlite:///{empty}"))
    await shop_without_books.test_client().get("/subjects")
    await render(shop, CASES["shipped"])
    await filled.shopper.post("/withdraw", STATEMENT)
    assert await order_too_many_copies(filled.shopper, shop) == 409
    assert sorted(seen | ONLY_FRAGMENTS | ONLY_IN_FAILURES) == TEMPLATES


async def order_too_many_copies(slow: Shopper, shop: Shop) -> int:
    """Let two shoppers order more copies together than the shop has; return the status."""
    found = re.search(r'name="isbn" value="(\d+)"', await slow.read("/search?q=shandy"))
    assert found
    isbn = found[1]
    await slow.put_in_basket(isbn, 5)
    form = await slow.open_form()
    quick = Shopper(shop.test_client())
    await quick.put_in_basket(isbn, 5)
    assert (await quick.place()).status_code in (303, 409)
    return (await slow.post("/checkout", form)).status_code


async def test_every_page_is_well_formed(filled: FilledShop) -> None:
    for path in filled.pages:
        page = await text_of(await filled.shopper.get(path))
        outline = Outline(page)
        assert len(outline.ids) == len(set(outline.ids)), (path, outline.ids)
        assert set(outline.points_to) <= set(outline.ids), (path, outline.points_to)
        assert not {"style", "onclick"} & set(outline.attributes), path
        assert page.count("<h1") == 1, path
        assert "<script>" not in page
        assert page.count("<title>") == 1


async def test_no_page_shows_a_book_as_markup(filled: FilledShop) -> None:
    page = await filled.shopper.read("/search?q=gone")
    assert "Gone &amp; &lt;b&gt;sold&lt;/b&gt;" in page


async def test_an_error_within_a_page_goes_to_the_notices(filled: FilledShop) -> None:
    answer = await filled.shopper.post("/basket", {"isbn": "9780000000002"}, htmx=True)
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "<html" not in await text_of(answer)


async def test_a_fault_of_ours_is_a_calm_page(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret of ours")

    monkeypatch.setattr("bookshop.catalogue.routes.load_home_page", fail)
    monkeypatch.setattr(shop, "testing", False)
    answer = await shop.test_client().get("/")
    assert answer.status_code == 500
    page = await text_of(answer)
    assert "Something went wrong on our side" in page
    assert "secret of ours" not in page


def test_htmx_is_what_its_makers_released() -> None:
    script = (FOLDER / "static/js/htmx-4.0.1.min.js").read_bytes()
    digest = "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
    assert b64encode(hashlib.sha384(script).digest()).decode() == digest
    assert (FOLDER / "static/js/htmx-LICENSE.txt").exists()


async def test_a_fragment_is_rendered_once_for_equal_arguments(shop: Shop) -> None:
    source = "{% macro card(book, now) %}{{ look(book) }}<{{ book.title }}{% endmacro %}"
    looks: list[str] = []

    def look(book: Book) -> str:
        looks.append(book.title)
        return ""

    shop.jinja_env.globals["look"] = look
    card = shop.jinja_env.from_string(source).make_module().card  # type: ignore[attr-defined]  # its macro
    book = a_book("A & B", stock=1)
    for shown in (book, replace(book), replace(book, available=0), book):
        assert cached_fragment(card, shown, shown.availability) == "<A &amp; B"
    assert looks == ["A & B", "A & B"]


@pytest.mark.parametrize(
    ("form", "is_kept"),
    [({"note": "lamp"}, True), ({"password": "lamp"}, False), ({"proof_password": "lamp"}, False)],
)
async def test_a_password_is_not_repeated_while_the_database_is_unavailable(
    shop: Shop, form: dict[str, str], is_kept: bool
) -> None:
    async with shop.test_request_context("/office/confirm", method="POST", form=form):
        response = await show_unavailable(DatabaseUnavailable(Fault.BUSY))
        assert ("lamp" in await text_of(response)) == is_kept
