"""Build what tests need, naming only the values that matter to them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from sqlalchemy import Connection
from stdnum import ean

from bookshop.addresses.address import Address
from bookshop.catalogue.add_book import add_book
from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.stock import receive_stock
from bookshop.checkout.unpaid_limit import UnpaidLimit
from bookshop.money import Money
from bookshop.orders.order import Charge, Delivery, Order, OrderLine
from bookshop.orders.payment_attempt import PaymentAttempt
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.search.index_books import index_books
from bookshop.settings import Settings, read_settings
from bookshop.trade.availability import Supply

numbers = count(1)
SHOP_ID = "shop-of-the-tests"
NO_SUPPLY = Supply()
NO_LIMIT = UnpaidLimit(max_orders=10**6, max_copies=10**6, window=timedelta(hours=2))

ENVIRONMENT = {
    "STRIPE_SECRET_KEY": "sk_test_bookshop",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_bookshop",
    "STRIPE_WEBHOOK_SECRET": "whsec_test_simulator",
    "SECRET_KEY": "a secret for tests only",
    "SHOP_EMAIL": "hello@example.com",
    "SWEEP_SECONDS": "0",
    "MAX_ORDERS_PER_HOUR": "100000",
    "MAX_UNPAID_ORDERS": "100000",
    "MAX_UNPAID_COPIES": "100000",
}
ALL_DETAILS = BookDetails(
    description="<p>A town.</p>",
    contents="<ol><li>One</li></ol>",
    edition="2nd edition",
    height_mm=198,
    width_mm=129,
    thickness_mm=20,
    weight_g=300,
    ages="8–12",
    safety_name="Maker",
    safety_address="1 Example Street",
    safety_email="safety@example.com",
)


def some_settings(**changed: str) -> Settings:
    """Return the settings of a shop in Singapore dollars."""
    return read_settings({**ENVIRONMENT, **changed})


def sgd(minor: int) -> Money:
    """Return an amount of Singapore dollars, given in cents."""
    return Money(minor, "SGD")


def an_isbn() -> str:
    """Return an ISBN-13 that no other book of this test run has."""
    stem = f"978199{next(numbers):06d}"
    return stem + ean.calc_check_digit(stem)


def a_book(
    title: str = "Middlemarch",
    stock: int = 3,
    price: int = 1890,
    supply: Supply = NO_SUPPLY,
    **changed: object,
) -> Book:
    """Make a book that is not stored yet; its price is in Singapore cents."""
    book = Book(
        isbn=an_isbn(),
        title=title,
        subtitle="",
        byline="George Eliot",
        form="BC",
        pages=838,
        publisher="Awning Editions",
        publisher_key="awning-editions",
        imprint="",
        published="2021-03",
        language="eng",
        blurb="A town and its people.",
        price_minor=price,
        currency="SGD",
        category="fiction",
        series="",
        series_number="",
        series_key="",
        work="",
        supply=supply.code,
        expected=supply.expected,
        lead_days=supply.lead_days,
        on_sale=supply.on_sale,
        preorders_from=supply.preorders_from,
        is_listed=True,
        may_sell=supply.may_sell,
        changes_on=None,
        available=stock,
        contributors=(Contributor("A01", "George Eliot", "george-eliot"),),
        subjects=(Subject("FBC"),),
        details=BookDetails(description="<p>A town and its people.</p>"),
    )
    return replace(book, **changed)  # type: ignore[arg-type]  # the caller names fields of Book


def store_book(db: Connection, book: Book, listed: date = date(2026, 1, 1)) -> Book:
    """Add a book to the catalogue, with copies in stock."""
    add_book(db, book, listed)
    if book.available or not book.supply:
        receive_stock(db, book.isbn, book.available, "test")
    index_books(db, [book.isbn])
    return book


def an_order(*books: Book, intent_id: str = "", **changed: object) -> Order:
    """Make an order for one copy of each book, to be collected, that is not stored yet."""
    lines = tuple(
        OrderLine(book.isbn, book.title, book.byline, 1, book.price) for book in books or (a_book(),)
    )
    number = next(numbers)
    order = Order(
        id=f"order{number:027d}",
        token=f"token{number:017d}",
        placed_at=datetime(2026, 11, 23, 6, 14, tzinfo=UTC),
        email="reader@example.com",
        name="A Reader",
        delivery=Delivery.COLLECT,
        address=None,
        lines=lines,
        delivery_fee=sgd(0),
        total=sgd(sum(line.amount.minor for line in lines)),
        attempt=PaymentAttempt(intent_id=intent_id),
    )
    return replace(order, **changed)  # type: ignore[arg-type]  # the caller names fields of Order


def with_intent(order: Order, intent_id: str) -> Order:
    """Return the order with this payment by card form."""
    return replace(order, attempt=replace(order.attempt, intent_id=intent_id))


AN_ADDRESS = Address("8 Example Walk, #03-11", "Singapore", "098585", "SG")
A_CHARGE = Charge("ch_1", "card", "visa", "4242")


def payment_update(order: Order, status: str = "succeeded", **changed: object) -> PaymentUpdate:
    """Return an update of this order's payment."""
    paid = order.total if status == "succeeded" else sgd(0)
    charge = A_CHARGE if status == "succeeded" else None
    attempt = order.attempt
    update = PaymentUpdate(
        attempt.intent_id, status, order.total, paid, order.id, charge, session_id=attempt.session_id
    )
    return replace(update, **changed)  # type: ignore[arg-type]  # the caller names fields of PaymentUpdate


def count_index_segments(db: Connection) -> int:
    """Return the number of segments of the search index."""
    if db.dialect.name == "postgresql":
        return 1
    segments: int = db.exec_driver_sql("SELECT count(DISTINCT segid) FROM search_idx").scalar_one()
    return segments


def break_book(db: Connection, isbn: str) -> None:
    """Make the database refuse every change of this book's row."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql(f"ALTER TABLE books ADD CONSTRAINT broken CHECK (isbn <> '{isbn}') NOT VALID")
        return
    for event in ("INSERT", "UPDATE"):
        db.exec_driver_sql(
            f"CREATE TRIGGER broken_{event} BEFORE {event} ON books WHEN NEW.isbn = '{isbn}'"
            " BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
