"""The types of payment method that the simulator has, and when Stripe offers each."""

from dataclasses import dataclass
from typing import Any

from bookshop.simulator.objects.base import StripeObject


@dataclass(frozen=True)
class MethodKind:
    """A type of payment method; without currencies it takes all of them."""

    name: str
    options: dict[str, Any]
    currencies: tuple[str, ...] = ()
    is_redirect: bool = False
    can_capture_later: bool = False


CARD_OPTIONS = {
    "installments": None,
    "mandate_options": None,
    "network": None,
    "request_three_d_secure": "automatic",
}
KINDS = (
    MethodKind("card", CARD_OPTIONS, can_capture_later=True),
    MethodKind("grabpay", {}, ("myr", "sgd"), is_redirect=True),
    MethodKind("paynow", {}, ("sgd",)),
)
KIND_NAMES = tuple(kind.name for kind in KINDS)


def choose_kinds(intent: StripeObject) -> list[MethodKind]:
    """Return the types that Stripe would offer for a PaymentIntent, in order."""
    automatic = intent["automatic_payment_methods"]
    if not automatic and intent["allowed_payment_method_types"] is None:
        return [KINDS[0]]
    allows_redirects = not automatic or automatic["allow_redirects"] == "always"
    return [
        kind
        for kind in KINDS
        if (not kind.currencies or intent["currency"] in kind.currencies)
        and (not kind.is_redirect or allows_redirects)
        and (kind.can_capture_later or intent["capture_method"] != "manual")
        and kind.name in (intent["allowed_payment_method_types"] or KIND_NAMES)
        and kind.name not in (intent["excluded_payment_method_types"] or ())
    ]


def set_method_types(intent: StripeObject) -> None:
    """Write on an intent which types of payment method it takes."""
    kinds = choose_kinds(intent)
    intent["payment_method_types"] = [kind.name for kind in kinds]
    intent["payment_method_options"] = {kind.name: dict(kind.options) for kind in kinds}
