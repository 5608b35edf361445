"""What can go wrong at the payment provider."""


class PaymentError(Exception):
    """A request to the provider failed."""


class ProviderUnavailable(PaymentError):
    """The provider sent no usable response; the same request may be sent again later."""


class KeyRejected(ProviderUnavailable):
    """The key is wrong or lacks a permission: a matter of settings, not an outage."""


class RequestRefused(PaymentError):
    """The provider refuses the request; `code` and `field` are its own names for the reason."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field


class UnknownPayment(PaymentError):
    """The provider does not know this payment (the keys changed, or a test account was emptied)."""


class IdempotencyKeyReused(PaymentError):
    """The key was used before with other parameters, by an older version of the shop."""


class RecoveryPending(ProviderUnavailable):
    """The database was restored and has not been compared with the provider's payments yet."""


class BadMessage(PaymentError):
    """A signed message is not an event."""


class BadSignature(PaymentError):
    """A message that claims to come from the provider is not signed by it."""
