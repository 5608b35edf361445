"""Why Stripe refuses a payment, before it is asked and in its response."""

from bookshop.money import Money, max_charge, min_charge
from bookshop.payments.errors import RequestRefused

# by Stripe's code: the shop's own limits are not all of Stripe's
AMOUNT_ERRORS = {"amount_too_small": "too_small", "amount_too_large": "too_large"}
# the fields of the card form's payment and of the hosted page
EMAIL_FIELDS = ("receipt_email", "customer_email", "payment_intent_data[receipt_email]")


def find_amount_error(amount: Money) -> str:
    """Return why Stripe would not charge this amount; empty if it would."""
    if amount < min_charge(amount.currency):
        return "too_small"
    return "too_large" if amount > max_charge(amount.currency) else ""


def is_email_refused(refused: RequestRefused) -> bool:
    """Return whether Stripe does not accept the shopper's email."""
    return refused.field in EMAIL_FIELDS
