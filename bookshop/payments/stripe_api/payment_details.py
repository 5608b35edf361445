"""Read what Stripe knows of a payment's shopper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import stripe

from bookshop.money import Money
from bookshop.payments.payment_details import PaymentDetails
from bookshop.payments.stripe_api.objects import read_intent, read_metadata

ADDRESS_FIELDS = ("line1", "line2", "city", "state", "postal_code", "country")


def read_details(intent: stripe.PaymentIntent) -> PaymentDetails:
    """Read a payment whose charge is expanded."""
    charge: Any = intent.latest_charge
    billing = getattr(charge, "billing_details", None)
    refunded = int(getattr(charge, "amount_refunded", 0) or 0)
    return PaymentDetails(
        read_intent(intent).update,
        datetime.fromtimestamp(getattr(charge, "created", intent.created), UTC),
        name=read_metadata(intent, "name") or _text(intent.shipping, "name") or _text(billing, "name"),
        email=read_metadata(intent, "email") or intent.receipt_email or _text(billing, "email"),
        address=_read_address(intent.shipping),
        books=read_metadata(intent, "books"),
        refunded=Money(refunded, intent.currency.upper()),
        is_disputed=bool(getattr(charge, "disputed", False)),
    )


def _text(subject: Any, name: str) -> str:
    return str(getattr(subject, name, "") or "")


def _read_address(shipping: Any) -> str:
    """Return where the parcel goes, in lines; empty for an order that is collected."""
    address = getattr(shipping, "address", None)
    return "\n".join(filter(None, (_text(address, name) for name in ADDRESS_FIELDS)))
