"""Orders and refunds as JSON, for other programs."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bookshop.fulfilment.copies import LineCopies
from bookshop.fulfilment.fulfilment import Parcel
from bookshop.fulfilment.label import Label, find_label
from bookshop.fulfilment.moves import moved_copies
from bookshop.fulfilment.timeline import Entry
from bookshop.office.order.order_view import OrderView
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.order_list import OrderSummary, StockMovement
from bookshop.orders.order_state import order_state
from bookshop.orders.refund import Refund, sum_refunds
from bookshop.payments.refund_rules import RefundPlan
from bookshop.shopper_requests.request import ShopperRequest


def summary_to_json(order: OrderSummary, label: Label | None) -> dict[str, Any]:
    """Return an order of the list."""
    return {
        "id": order.id,
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "state": order.state,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "refunded_minor": order.refunded_minor,
        "dispute": order.dispute,
        "fraud_warning": order.fraud_warning,
        "name": order.name,
        "label": str(label) if label else "",
    }


def order_to_json(shown: OrderView, movements: Iterable[StockMovement]) -> dict[str, Any]:
    """Return everything about an order but its token, which opens its receipt."""
    order, refunds, found = shown.order, shown.refunds, shown.fulfilment
    refunded = sum_refunds(refunds, order.total.currency)
    label = find_label(found.copies, order.delivery)
    return {
        "id": order.id,
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "name": order.name,
        "email": order.email,
        "delivery": order.delivery,
        "address": asdict(order.address) if order.address else None,
        "lines": [line_to_json(line) for line in order.lines],
        "delivery_fee_minor": order.delivery_fee.minor,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "state": order_state(order.payment, order.review_reason, order.total, refunded),
        "payment": order.payment,
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "review_reason": order.review_reason,
        "failure": order.failure,
        "intent_id": order.attempt.intent_id,
        "session_id": order.attempt.session_id,
        "intent_status": order.intent_status,
        "charge_id": order.charge.id if order.charge else "",
        "refunded_minor": refunded.minor,
        "refunds": [refund_to_json(order, refund) for refund in refunds],
        "dispute": order.dispute,
        "fraud_warning": order.fraud_warning,
        "version": found.version,
        "label": str(label) if label else "",
        "copies": [copies_to_json(line) for line in found.copies],
        "parcels": [parcel_to_json(parcel) for parcel in found.parcels],
        "timeline": [entry_to_json(entry) for entry in found.entries],
        "requests": [request_to_json(request) for request in shown.requests],
        "mails": [{"id": mail.id, "kind": mail.kind, "state": mail.state} for mail in shown.mails],
        "movements": [{**asdict(move), "moved_at": move.moved_at.isoformat()} for move in movements],
    }


def copies_to_json(line: LineCopies) -> dict[str, Any]:
    """Return where the copies of a line are."""
    return {
        "isbn": line.isbn,
        **{state.value: quantity for state, quantity in line.counts.items() if quantity},
        "expected_at": line.expected_at.isoformat() if line.expected_at else None,
    }


def parcel_to_json(parcel: Parcel) -> dict[str, Any]:
    return {**asdict(parcel), "shipped_at": parcel.shipped_at.isoformat(), "copies": dict(parcel.copies)}


def entry_to_json(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "action": entry.action,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "details": dict(entry.details),
    }


def request_to_json(request: ShopperRequest) -> dict[str, Any]:
    return {
        "id": request.id,
        "kind": request.kind,
        "message": request.message,
        "received_at": request.received_at.isoformat(),
        "closed_at": request.closed_at.isoformat() if request.closed_at else None,
    }


def line_to_json(line: OrderLine) -> dict[str, Any]:
    return {
        "isbn": line.isbn,
        "title": line.title,
        "quantity": line.quantity,
        "price_minor": line.price.minor,
        "kind": line.kind,
        "to_order": line.to_order,
        "days": line.days,
        "not_before": line.not_before.isoformat() if line.not_before else None,
    }


def refund_to_json(order: Order, refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "order_id": order.id,
        "number": order.number,
        "refund_id": refund.stripe_refund_id,
        "amount_minor": refund.amount.minor,
        "currency": refund.amount.currency,
        "requested_at": refund.requested_at.isoformat(),
        "reason": refund.reason,
        "status": refund.status,
        "failure": refund.failure,
    }


def plan_to_json(order: Order, plan: RefundPlan) -> dict[str, Any]:
    """Return what a refund would do."""
    return {
        "order_id": order.id,
        "number": order.number,
        "amount_minor": plan.amount.minor,
        "currency": plan.amount.currency,
        "copies": moved_copies(plan.moves),
        "restock": plan.for_sale,
    }
