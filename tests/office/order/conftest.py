"""Orders that are paid at Stripe."""

from tests.payments.conftest import buy

__all__ = ["buy"]
