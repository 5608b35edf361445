"""The parameters by which a PaymentIntent limits the types of payment method that it takes."""

from typing import Any

from bookshop.simulator.errors import invalid_request
from bookshop.simulator.params import (
    Params,
    check_nested_names,
    read_boolean,
    read_choice,
    read_list,
    read_object,
)

METHOD_CHOICES = (
    "allowed_payment_method_types",
    "automatic_payment_methods",
    "excluded_payment_method_types",
)


def read_method_choices(params: Params) -> dict[str, Any]:
    """Read which types an intent takes: those of the dashboard, without some, or only some."""
    sent = [name for name in METHOD_CHOICES if name in params]
    if METHOD_CHOICES[0] in sent and len(sent) > 1:
        raise invalid_request(f"You may only specify one of these parameters: {', '.join(sent)}.")
    allowed = read_list(params, "allowed_payment_method_types") or None
    return {
        "allowed_payment_method_types": allowed,
        "automatic_payment_methods": None if allowed else read_automatic(params),
        "excluded_payment_method_types": read_list(params, "excluded_payment_method_types") or None,
    }


def read_automatic(params: Params) -> dict[str, Any] | None:
    """Read the automatic payment methods, which are on unless they are switched off."""
    sent = read_object(params, "automatic_payment_methods")
    check_nested_names(sent, "automatic_payment_methods", "allow_redirects", "enabled")
    methods = {"allow_redirects": "always", "enabled": "true", **sent}
    redirects = read_choice(methods, "allow_redirects", ("always", "never"))
    return {"allow_redirects": redirects, "enabled": True} if read_boolean(methods, "enabled") else None
