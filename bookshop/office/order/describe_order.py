"""What an order's page shows of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bookshop.fulfilment.label import find_label
from bookshop.fulfilment.read_progress import to_progress
from bookshop.mail.change_mail import FINISHED
from bookshop.mail.subject import describe_mail
from bookshop.office.order.choices import find_choices, standing_of
from bookshop.office.order.history import by_day, list_events, list_notes
from bookshop.office.order.order_view import OrderView
from bookshop.office.spines import LOOKS, spines
from bookshop.orders.charge_name import charge_name
from bookshop.orders.order_state import dispute_stage
from bookshop.orders.refund import RefundStatus
from bookshop.payments.refund_entries import find_entry
from bookshop.settings import Settings
from bookshop.shopper_requests.describe_withdrawal import WITHHOLDING, describe_books
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from bookshop.trade.categories import CATEGORIES

DASHBOARD = "https://dashboard.stripe.com/{mode}payments/{intent_id}"
# covers that stand on the board at the head of the page
MAX_STANDING = 8
CATEGORY_NAMES = {category.slug: category.name for category in CATEGORIES.values()}


class Asked(NamedTuple):
    """An open request, the books that it is about in words, and by when a refund for it is due."""

    request: ShopperRequest
    books: str
    due: date


def describe_order(view: OrderView, settings: Settings) -> dict[str, Any]:
    """Return what the page shows of an order."""
    order, found, now = view.order, view.fulfilment, datetime.now(UTC)
    zone, progress = ZoneInfo(settings.shop_timezone), to_progress(found)
    mails = [(mail, describe_mail(order.number, mail)) for mail in view.mails]
    return {
        "view": view,
        "order": order,
        "books_filed": CATEGORY_NAMES,
        "copies": found.copies,
        "label": find_label(found.copies, order.delivery),
        "spines": spines(found.copies),
        "standing": list(standing_copies(view))[:MAX_STANDING],
        "progress": progress,
        "expected_at": progress.expected_at,
        "titles": {line.isbn: line.title for line in order.lines},
        "choices": find_choices(view, now),
        "requests": list(open_requests(view, settings)),
        "withholding": WITHHOLDING,
        "days": by_day(list_events(view), zone),
        "today": now.astimezone(zone).date(),
        "now": now,
        "notes": list_notes(view),
        "mails": mails,
        "mail_subjects": {mail.id: subject for mail, subject in mails},
        "finished_mails": FINISHED,
        **describe_money(view, settings),
    }


def describe_money(view: OrderView, settings: Settings) -> dict[str, Any]:
    """Return what the page shows of the payment and what followed it."""
    order = view.order
    return {
        "refunded": standing_of(view).refunded,
        "has_unexplained_refund": has_unexplained_refund(view),
        "dispute": dispute_stage(order.dispute),
        "charge_name": charge_name(order.charge),
        "dashboard": dashboard_address(order.attempt.intent_id, is_live=settings.is_live),
        "is_live": settings.is_live,
    }


def dashboard_address(intent_id: str, *, is_live: bool) -> str:
    """Return where Stripe shows a payment; empty before there is one."""
    return DASHBOARD.format(mode="" if is_live else "test/", intent_id=intent_id) if intent_id else ""


def has_unexplained_refund(view: OrderView) -> bool:
    """Return whether a part was refunded in the dashboard while copies are still to come."""
    entries, refunded = view.fulfilment.entries, standing_of(view).refunded
    return (
        view.fulfilment.is_open
        and refunded < view.order.total
        and any(
            refund.status is not RefundStatus.FAILED and find_entry(entries, refund) is None
            for refund in view.refunds
        )
    )


def standing_copies(view: OrderView) -> Iterator[tuple[str, str]]:
    """Yield the ISBN of each copy and how it looks, those furthest ahead first."""
    for state, look in LOOKS.items():
        for line in view.fulfilment.copies:
            for _ in range(line.count(state)):
                yield line.isbn, look


def open_requests(view: OrderView, settings: Settings) -> Iterator[Asked]:
    """Yield what the shopper has asked for and waits."""
    right = WithdrawalRight(settings.shop_country, settings.shop_timezone)
    for request in view.requests:
        if request.closed_at is None:
            books = describe_books(request, view.order)
            yield Asked(request, books, right.refund_due(request.received_at))
