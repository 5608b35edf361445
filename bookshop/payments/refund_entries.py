"""What an order's timeline keeps of its refunds: the request, and its copies."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from bookshop.fulfilment.moves import moved_copies, moves_of
from bookshop.fulfilment.timeline import Entry
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_rules import RefundPlan, RefundRequest


def request_to_json(request: RefundRequest) -> dict[str, Any]:
    """Return a request as its entry keeps it: equal for the same request made again."""
    return {
        "amount_minor": request.amount.minor if request.amount else None,
        "lines": [list(line) for line in sorted(request.lines, key=lambda line: line[0])],
        "reason": request.reason,
        "restock": request.restock,
        "restock_lines": dict(sorted(request.restock_lines.items())),
    }


def find_entry(entries: Iterable[Entry], refund: Refund) -> Entry | None:
    """Return the entry of a refund; one made in the dashboard has none."""
    return next((entry for entry in entries if entry.details.get("refund") == refund.id), None)


def find_repeated(
    entries: Iterable[Entry], request: RefundRequest, refunds: Iterable[Refund]
) -> Refund | None:
    """Return the unanswered refund that a request means."""
    entries, wanted = tuple(entries), request_to_json(request)
    for refund in refunds:
        entry = find_entry(entries, refund)
        if refund.status is RefundStatus.REQUESTED and entry and entry.details.get("request") == wanted:
            return refund
    return None


def planned_refund(entries: Iterable[Entry], refund: Refund) -> RefundPlan:
    """Return what was planned when a refund was requested."""
    entry = find_entry(entries, refund)
    details = entry.details if entry else {}
    copies, restocked = details.get("copies", ()), details.get("restocked", ())
    return RefundPlan(refund.amount, dict(copies), moves_of(details), frozenset(restocked))


def kept_copies(entries: Iterable[Entry], refunds: Iterable[Refund]) -> Mapping[str, int]:
    """Return the copies by ISBN that were refunded and that the shopper keeps, or still gets."""
    entries = tuple(entries)
    kept: Counter[str] = Counter()
    for refund in refunds:
        if refund.status is not RefundStatus.FAILED:
            plan = planned_refund(entries, refund)
            kept.update(plan.copies)
            kept.subtract(moved_copies(plan.moves))
    return {isbn: quantity for isbn, quantity in kept.items() if quantity > 0}
