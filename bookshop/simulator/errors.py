"""Stripe's errors: a status of HTTP and a body that says what went wrong."""

from dataclasses import dataclass
from typing import Any

INVALID_REQUEST = "invalid_request_error"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What Stripe says of a failure, in its answer and in an intent's last_payment_error."""

    type: str
    message: str
    code: str | None = None
    decline_code: str | None = None
    param: str | None = None
    charge: str | None = None
    payment_method: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Stripe's object: only what there is to say, with the page that explains the code."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        if self.code:
            said["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        return said


class StripeError(Exception):
    """A request that fails, and the intent that it was about when Stripe shows it."""

    def __init__(self, status: int, problem: Problem, payment_intent: dict[str, Any] | None = None) -> None:
        super().__init__(problem.message)
        self.status = status
        self.problem = problem
        self.payment_intent = payment_intent


def invalid(message: str, code: str | None = None, param: str | None = None) -> StripeError:
    """A request that Stripe does not understand or allow."""
    return StripeError(400, Problem(type=INVALID_REQUEST, message=message, code=code, param=param))


def missing(kind: str, ident: str, *, status: int = 404, param: str = "id") -> StripeError:
    """A request about something that does not exist."""
    message = f"No such {kind}: '{ident}'"
    return StripeError(
        status, Problem(type=INVALID_REQUEST, message=message, code="resource_missing", param=param)
    )


def unexpected_state(message: str, intent: dict[str, Any]) -> StripeError:
    """A request that an intent's status does not allow."""
    problem = Problem(type=INVALID_REQUEST, message=message, code="payment_intent_unexpected_state")
    return StripeError(400, problem, intent)


def unauthorised(message: str, code: str | None = None) -> StripeError:
    """A request without a key that opens what it asks for."""
    return StripeError(401, Problem(type=INVALID_REQUEST, message=message, code=code))
