"""What must be true of the books, the orders and the numbers, whatever happened: one rule a function.

Each rule is one statement over the whole table, so that it sees one moment and raises no alarm while the shop
is open.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from bookshop.orders.order import Payment, PaymentUpdate
from bookshop.orders.order_list import OrderSummary
from bookshop.schema import books, counters, order_lines, orders, refunds, stock, stock_movements

# the number before the first; what a new database's counter says
BEFORE_FIRST = 1000


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken: of which book or order, what was expected and what was found."""

    rule: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How much was looked at, and what was wrong with it."""

    books: int
    orders: int
    violations: tuple[Violation, ...]


def _moved(*signs: tuple[str, int]) -> ColumnElement[int]:
    """The sum of a book's movements, each kind with its sign."""
    kind, quantity = stock_movements.c.kind, stock_movements.c.quantity
    signed = case(*((kind == name, quantity * sign) for name, sign in signs), else_=0)
    return func.coalesce(func.sum(signed), 0)


def _by_movements(counted: ColumnElement[int], moved: ColumnElement[int]) -> Select[Any]:
    """The books of which another number is counted than was moved."""
    found = func.coalesce(counted, 0)
    every_movement = books.outerjoin(stock).outerjoin(stock_movements, stock_movements.c.isbn == books.c.isbn)
    return (
        select(books.c.isbn.label("subject"), moved.label("expected"), found.label("found"))
        .select_from(every_movement)
        .group_by(books.c.isbn, counted)
        .having(moved != found)
        .order_by(books.c.isbn)
    )


ON_HAND = _by_movements(
    stock.c.on_hand, _moved(("received", 1), ("returned", 1), ("counted", 1), ("sold", -1))
)
RESERVED_MOVEMENTS = _by_movements(stock.c.reserved, _moved(("reserved", 1), ("released", -1), ("sold", -1)))

_FROM_SHELF = order_lines.c.quantity - order_lines.c.to_order
_HOLDING = (
    select(order_lines.c.isbn, func.sum(_FROM_SHELF).label("copies"))
    .join(orders)
    .where(orders.c.payment.in_([Payment.OPEN, Payment.PROCESSING]))
    .group_by(order_lines.c.isbn)
    .subquery()
)
_HELD_COPIES = func.coalesce(_HOLDING.c.copies, 0)
_RESERVED = func.coalesce(stock.c.reserved, 0)
RESERVED = (
    select(books.c.isbn.label("subject"), _HELD_COPIES.label("expected"), _RESERVED.label("found"))
    .select_from(books.outerjoin(stock).outerjoin(_HOLDING, _HOLDING.c.isbn == books.c.isbn))
    .where(_HELD_COPIES != _RESERVED)
    .order_by(books.c.isbn)
)


def _due(kind: str, *payments: Payment) -> Select[Any]:
    """The movements of a kind that orders of these payments should have made."""
    return (
        select(
            order_lines.c.order_id.label("subject"),
            order_lines.c.isbn,
            literal(kind).label("kind"),
            _FROM_SHELF.label("expected"),
            literal(0).label("found"),
        )
        .join(orders)
        .where(orders.c.payment.in_(payments), _FROM_SHELF > 0)
    )


_ALL = union_all(
    _due("reserved", *Payment),
    _due("sold", Payment.PAID),
    _due("released", Payment.CANCELLED),
    select(
        stock_movements.c.reason,
        stock_movements.c.isbn,
        stock_movements.c.kind,
        literal(0),
        stock_movements.c.quantity,
    ).where(stock_movements.c.kind.in_(["reserved", "sold", "released"])),
).subquery()
_KEY = (_ALL.c.subject, _ALL.c.isbn, _ALL.c.kind)
# a unique key sees to it that there is one movement of a kind at most, so its quantity says all
MOVEMENTS = (
    select(*_KEY, func.sum(_ALL.c.expected).label("expected"), func.sum(_ALL.c.found).label("found"))
    .group_by(*_KEY)
    .having(func.sum(_ALL.c.expected) != func.sum(_ALL.c.found))
    .order_by(*_KEY)
)

_PROOFS = (orders.c.number, orders.c.charge_id, orders.c.intent_id, orders.c.paid_at)
PAID = (
    select(orders.c.id, *_PROOFS)
    .where(
        orders.c.payment == Payment.PAID,
        or_(
            orders.c.number.is_(None),
            orders.c.charge_id == "",
            orders.c.intent_id == "",
            orders.c.paid_at.is_(None),
        ),
    )
    .order_by(orders.c.id)
)

INTENTS = (
    select(orders.c.intent_id.label("subject"), literal(1).label("expected"), func.count().label("found"))
    .where(orders.c.payment == Payment.PAID, orders.c.intent_id != "")
    .group_by(orders.c.intent_id)
    .having(func.count() > 1)
    .order_by(orders.c.intent_id)
)

_GOODS = func.coalesce(func.sum(cast(order_lines.c.price_minor, BigInteger) * order_lines.c.quantity), 0)
_SUM = _GOODS + orders.c.delivery_fee_minor
TOTALS = (
    select(orders.c.id.label("subject"), _SUM.label("expected"), orders.c.total_minor.label("found"))
    .select_from(orders.outerjoin(order_lines))
    .group_by(orders.c.id, orders.c.delivery_fee_minor, orders.c.total_minor)
    .having(orders.c.total_minor != _SUM)
    .order_by(orders.c.id)
)

# the number that is given next stands behind the last one, so the counter is looked at as well
_NUMBERS = union_all(
    select(orders.c.number).where(orders.c.number.is_not(None)),
    select(counters.c.value + 1).where(counters.c.name == "order"),
).subquery()
_BEFORE = func.lag(_NUMBERS.c.number, 1, BEFORE_FIRST).over(order_by=_NUMBERS.c.number)
_SEQUENCE = select(_NUMBERS.c.number.label("found"), (_BEFORE + 1).label("expected")).subquery()
NUMBERS = (
    select(literal("numbers").label("subject"), _SEQUENCE.c.expected, _SEQUENCE.c.found)
    .where(_SEQUENCE.c.expected != _SEQUENCE.c.found)
    .order_by(_SEQUENCE.c.found)
)

NEEDS_REVIEW = (
    select(
        orders.c.id.label("subject"), literal("none").label("expected"), orders.c.review_reason.label("found")
    )
    .where(orders.c.review_reason != "")
    .order_by(orders.c.id)
)

_REFUNDED = func.sum(refunds.c.amount_minor)
REFUNDS = (
    select(
        orders.c.id.label("subject"),
        (literal("at most ") + cast(orders.c.total_minor, orders.c.id.type)).label("expected"),
        _REFUNDED.label("found"),
    )
    .join(refunds)
    .where(refunds.c.status.in_(["pending", "succeeded"]))
    .group_by(orders.c.id, orders.c.total_minor)
    .having(orders.c.total_minor < _REFUNDED)
    .order_by(orders.c.id)
)

COUNTS = select(
    select(func.count()).select_from(books).scalar_subquery().label("books"),
    select(func.count()).select_from(orders).scalar_subquery().label("orders"),
)


def find_miscounted(db: Connection) -> list[Violation]:
    """Books of which more or fewer are on hand than came in, came back, were counted and were sold."""
    return _find(db, "on_hand", ON_HAND)


def find_misreserved(db: Connection) -> list[Violation]:
    """Books of which more or fewer are held than orders that may yet be paid hold."""
    return _find(db, "reserved", RESERVED)


def find_misreserved_by_movements(db: Connection) -> list[Violation]:
    """Books of which more or fewer are held than were held, given back and sold."""
    return _find(db, "reserved_movements", RESERVED_MOVEMENTS)


def find_mismoved(db: Connection) -> list[Violation]:
    """Orders that did not hold each of their books once, or sell it or give it back as their payment says."""
    return [
        Violation("movements", row.subject, f"{row.expected} {row.kind} of {row.isbn}", str(row.found))
        for row in db.execute(MOVEMENTS)
    ]


def find_unproven(db: Connection) -> list[Violation]:
    """Paid orders without a number, a charge, an intent or a moment."""
    names = {proof.name: proof.name.removesuffix("_id").replace("_", " ") for proof in _PROOFS}
    return [
        Violation(
            "paid",
            row.id,
            ", ".join(names.values()),
            ", ".join(f"no {name}" for column, name in names.items() if not getattr(row, column)),
        )
        for row in db.execute(PAID)
    ]


def find_shared_intents(db: Connection) -> list[Violation]:
    """Payments that paid more than one order."""
    return _find(db, "intent", INTENTS)


def find_wrong_totals(db: Connection) -> list[Violation]:
    """Orders whose total is not their lines and their delivery."""
    return _find(db, "total", TOTALS)


def find_gaps(db: Connection) -> list[Violation]:
    """Where the numbers that people say leave one out."""
    return _find(db, "number", NUMBERS)


def find_needing_review(db: Connection) -> list[Violation]:
    """Payments that wait for a person to look at them."""
    return _find(db, "review", NEEDS_REVIEW)


def find_overrefunded(db: Connection) -> list[Violation]:
    """Orders of which more is given back than was paid."""
    return _find(db, "refunds", REFUNDS)


RULES: tuple[Callable[[Connection], list[Violation]], ...] = (
    find_miscounted,
    find_misreserved,
    find_misreserved_by_movements,
    find_mismoved,
    find_unproven,
    find_shared_intents,
    find_wrong_totals,
    find_gaps,
    find_needing_review,
    find_overrefunded,
)


def audit(db: Connection) -> AuditReport:
    """Every rule in one report."""
    counts = db.execute(COUNTS).one()
    return AuditReport(counts.books, counts.orders, tuple(found for rule in RULES for found in rule(db)))


def compare_with_stripe(known: Iterable[OrderSummary], told: Iterable[PaymentUpdate]) -> list[Violation]:
    """Where the shop's orders and the provider's own list of payments say different things, both ways.

    Payments of orders that are not among the known ones are somebody else's: an account may be shared.
    """
    payments = defaultdict(list)
    for update in told:
        if update.status == "succeeded":
            payments[update.order_id].append(update)
    violations = []
    for order in known:
        paid = payments[order.id]
        said = ", ".join(f"{update.received} by {update.intent_id}" for update in paid)
        if order.payment is not Payment.PAID and paid:
            violations.append(Violation("stripe", order.id, f"paid: {said}", order.payment))
        if order.payment is Payment.PAID and [update.received for update in paid] != [order.total]:
            violations.append(Violation("stripe", order.id, f"one payment of {order.total}", said or "none"))
    return violations


def _find(db: Connection, rule: str, statement: Select[Any]) -> list[Violation]:
    return [Violation(rule, row.subject, str(row.expected), str(row.found)) for row in db.execute(statement)]
