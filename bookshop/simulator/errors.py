"""Stripe's errors: an HTTP status, and a body that explains it."""

from dataclasses import dataclass
from typing import Any

INVALID_REQUEST = "invalid_request_error"


@dataclass(frozen=True, kw_only=True)
class StripeErrorBody:
    """Stripe's error object, in a response and in an intent's last_payment_error."""

    type: str
    message: str
    code: str | None = None
    decline_code: str | None = None
    param: str | None = None
    charge: str | None = None
    payment_method: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields that are set, with the address of the page that explains the code."""
        fields = {name: value for name, value in vars(self).items() if value is not None}
        if self.code:
            fields["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return fields


class StripeError(Exception):
    """A request that fails, with its intent where Stripe shows it."""

    def __init__(
        self, status: int, body: StripeErrorBody, payment_intent: dict[str, Any] | None = None
    ) -> None:
        super().__init__(body.message)
        self.status = status
        self.body = body
        self.payment_intent = payment_intent


def invalid_request(message: str, code: str | None = None, param: str | None = None) -> StripeError:
    return StripeError(400, StripeErrorBody(type=INVALID_REQUEST, message=message, code=code, param=param))


def resource_missing(kind: str, object_id: str, *, status: int = 404, param: str = "id") -> StripeError:
    message = f"No such {kind}: '{object_id}'"
    return StripeError(
        status, StripeErrorBody(type=INVALID_REQUEST, message=message, code="resource_missing", param=param)
    )


def unexpected_state(message: str, intent: dict[str, Any]) -> StripeError:
    """Return the error of a request that the intent's status does not allow."""
    body = StripeErrorBody(type=INVALID_REQUEST, message=message, code="payment_intent_unexpected_state")
    return StripeError(400, body, intent)


def unauthorized(message: str, code: str | None = None) -> StripeError:
    return StripeError(401, StripeErrorBody(type=INVALID_REQUEST, message=message, code=code))
