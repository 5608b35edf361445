"""The details of a PaymentIntent that may change while it is unpaid."""

from collections.abc import Callable
from typing import Any

from bookshop.simulator.errors import unexpected_state
from bookshop.simulator.find_intent import UNPAID
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.params import Params, read_metadata, read_text
from bookshop.simulator.payment_params import read_amount, read_currency, read_email, read_shipping

DETAILS = ("description", "expand", "metadata", "receipt_email", "shipping", "statement_descriptor_suffix")


def change_amount(intent: StripeObject, params: Params) -> None:
    """Change amount and currency; a challenge for the old amount is void."""
    if intent["status"] not in UNPAID:
        raise unexpected_state(
            "This PaymentIntent's amount could not be updated because it has a status of "
            f"{intent['status']}. You may only update the amount of a PaymentIntent with one of the "
            f"following statuses: {', '.join(UNPAID)}.",
            intent,
        )
    currency = read_currency({"currency": intent["currency"], **params})
    amount = read_amount({"amount": str(intent["amount"]), **params}, currency)
    intent.update(amount=amount, currency=currency)
    if intent["status"] == "requires_action":
        intent.update(status="requires_confirmation", next_action=None)


def change_details(intent: StripeObject, params: Params) -> None:
    """Change the details that were sent: all of them, or none if one is invalid."""
    readers: dict[str, Callable[[Params], Any]] = {
        "description": lambda sent: read_text(sent, "description"),
        "metadata": lambda sent: read_metadata(sent, intent["metadata"]),
        "receipt_email": lambda sent: read_email(sent, "receipt_email"),
        "shipping": read_shipping,
        "statement_descriptor_suffix": lambda sent: read_text(sent, "statement_descriptor_suffix"),
    }
    intent.update({name: read(params) for name, read in readers.items() if name in params})
