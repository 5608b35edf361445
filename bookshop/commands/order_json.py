"""Orders and refunds as JSON, for other programs."""

from dataclasses import asdict
from typing import Any

from bookshop.fulfilment.moves import moved_copies
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.order_list import OrderSummary, StockMovement
from bookshop.orders.order_state import order_state
from bookshop.orders.refund import Refund, sum_refunds
from bookshop.payments.refund_rules import RefundPlan


def summary_to_json(order: OrderSummary) -> dict[str, Any]:
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
    }


def order_to_json(order: Order, refunds: list[Refund], movements: list[StockMovement]) -> dict[str, Any]:
    """Return everything about an order but its token, which opens its receipt."""
    refunded = sum_refunds(refunds, order.total.currency)
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
        "movements": [{**asdict(move), "moved_at": move.moved_at.isoformat()} for move in movements],
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
