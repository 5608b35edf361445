"""Read Stripe's objects of payments as the shop's own."""

from __future__ import annotations

from typing import Any

import stripe

from bookshop.money import Money
from bookshop.orders.order import Charge, PaymentAction
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.payments.gateway import Intent


def is_session(payment_id: str) -> bool:
    """Return whether a payment is a Checkout Session rather than a PaymentIntent."""
    return payment_id.startswith("cs_")


def read_intent(intent: stripe.PaymentIntent) -> Intent:
    """Read a payment by card form."""
    currency = intent.currency.upper()
    update = PaymentUpdate(
        intent_id=intent.id,
        status=intent.status,
        amount=Money(intent.amount, currency),
        received=Money(intent.amount_received, currency),
        order_id=read_metadata(intent, "order"),
        shop_id=read_metadata(intent, "shop"),
        charge=_charge(intent.latest_charge),
        failure=_failure(intent),
        action=_action(intent),
    )
    return Intent(update, intent.client_secret or "")


def read_session(session: stripe.checkout.Session) -> Intent:
    """Read a payment on the hosted page; its PaymentIntent is made only when the shopper pays."""
    currency = str(session.currency).upper()
    intent = session.payment_intent if isinstance(session.payment_intent, stripe.PaymentIntent) else None
    update = PaymentUpdate(
        intent_id=read_id_of(session, "payment_intent"),
        session_id=session.id,
        status=_session_status(session, intent),
        amount=Money(session.amount_total or 0, currency),
        received=Money(intent.amount_received if intent else 0, currency),
        order_id=read_metadata(session, "order"),
        shop_id=read_metadata(session, "shop"),
        charge=_charge(intent.latest_charge) if intent else None,
        failure=_failure(intent) if intent else "",
        action=_action(intent) if intent and session.status == "open" else None,
    )
    return Intent(update, "", session.url or "")


def _session_status(session: stripe.checkout.Session, intent: stripe.PaymentIntent | None) -> str:
    if session.status == "expired":
        return "canceled"
    if session.status == "open":
        is_action = intent is not None and intent.status == "requires_action"
        return "requires_action" if is_action else "requires_payment_method"
    # complete: paid at once, or by a method that takes its time, or that failed at last
    if intent is None or intent.status in ("succeeded", "processing"):
        return intent.status if intent else "processing"
    return "canceled"


def _charge(charge: stripe.Charge | str | None) -> Charge | None:
    if charge is None or isinstance(charge, str):
        return Charge(charge, "", "", "") if charge else None
    details: Any = charge.payment_method_details
    card = getattr(details, "card", None)
    return Charge(
        charge.id,
        str(getattr(details, "type", "")),
        str(getattr(card, "brand", "") or ""),
        str(getattr(card, "last4", "") or ""),
    )


def _action(intent: stripe.PaymentIntent) -> PaymentAction | None:
    """Return what the shopper must do, by the type of Stripe's action."""
    kind = intent.next_action.type if intent.next_action else ""
    if not kind:
        return None
    if kind == "use_stripe_sdk":
        return PaymentAction.BANK
    if "qr_code" in kind:
        return PaymentAction.QR_CODE
    return PaymentAction.REDIRECT if "redirect" in kind else PaymentAction.OTHER


def _failure(intent: stripe.PaymentIntent) -> str:
    """Return Stripe's message to the shopper about the last failed payment."""
    error = intent.last_payment_error
    return str(getattr(error, "message", "") or "") if error else ""


def read_metadata(subject: Any, name: str) -> str:
    """Return a value that the shop gave the object; empty when it has none."""
    return str(getattr(getattr(subject, "metadata", None), name, "") or "")


def read_id_of(subject: Any, name: str) -> str:
    """Return the id of an object that this one belongs to; empty for none."""
    found = getattr(subject, name, "")
    return found if isinstance(found, str) else str(getattr(found, "id", ""))
