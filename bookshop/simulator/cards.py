"""Stripe's test cards, and what each of them does.

Stripe has no card whose payment stays `processing`; the two here are the simulator's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bookshop.simulator.errors import Problem, StripeError, invalid

DECLINED = "Your card was declined."
TOO_OFTEN = (
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."
)
PROCESSING_ERROR = "An error occurred while processing your card. Try again in a little bit."
FUNDS = "Your card has insufficient funds."


class Behaviour(Enum):
    """What becomes of a payment with the card."""

    SUCCEED = auto()
    DECLINE = auto()
    CHALLENGE = auto()
    CHALLENGE_THEN_DECLINE = auto()
    PROCESS = auto()
    PROCESS_THEN_FAIL = auto()


class Sequel(Enum):
    """What becomes of a payment once it has succeeded."""

    NONE = auto()
    FRAUD_DISPUTE = auto()
    NOT_RECEIVED_DISPUTE = auto()
    INQUIRY = auto()
    FRAUD_WARNING = auto()
    REFUND_PENDS = auto()
    REFUND_FAILS = auto()


@dataclass(frozen=True)
class TestCard:
    """One card of the table: its number, its `pm_card_` alias, what it does, how it fails."""

    number: str
    alias: str = ""
    behaviour: Behaviour = Behaviour.SUCCEED
    code: str = "card_declined"
    decline_code: str | None = None
    message: str = DECLINED
    sequel: Sequel = Sequel.NONE

    __test__ = False  # pytest would take the name for a class of tests


def declining(number: str, alias: str, decline_code: str, message: str = DECLINED) -> TestCard:
    """A card that the bank declines for a reason of its own."""
    return TestCard(number, alias, Behaviour.DECLINE, "card_declined", decline_code, message)


def failing(number: str, alias: str, code: str, message: str) -> TestCard:
    """A card that fails with a code of Stripe's."""
    return TestCard(number, alias, Behaviour.DECLINE, code, None, message)


def challenged(number: str, alias: str = "") -> TestCard:
    """A card whose bank asks its owner first."""
    return TestCard(number, alias, Behaviour.CHALLENGE, decline_code="generic_decline")


def challenged_in_vain(number: str, decline_code: str, message: str = DECLINED) -> TestCard:
    """A card whose bank asks its owner first, and declines all the same."""
    return TestCard(number, "", Behaviour.CHALLENGE_THEN_DECLINE, "card_declined", decline_code, message)


VISA = TestCard("4242424242424242", "visa")
CARDS = (
    VISA,
    TestCard("5555555555554444", "mastercard"),
    TestCard("378282246310005", "amex"),
    TestCard("4000000000000259", "createDispute", sequel=Sequel.FRAUD_DISPUTE),
    TestCard("4000000000002685", "createDisputeProductNotReceived", sequel=Sequel.NOT_RECEIVED_DISPUTE),
    TestCard("4000000000001976", "createDisputeInquiry", sequel=Sequel.INQUIRY),
    TestCard("4000000000005423", "createIssuerFraudRecord", sequel=Sequel.FRAUD_WARNING),
    TestCard("4000000000007726", "pendingRefund", sequel=Sequel.REFUND_PENDS),
    TestCard("4000000000005126", "refundFail", sequel=Sequel.REFUND_FAILS),
    TestCard("4000000000003055", "threeDSecureOptional"),
    TestCard("4000000000003097"),
    TestCard("4000000032200000"),
    declining("4000000000000002", "visa_chargeDeclined", "generic_decline"),
    declining("4000000000009995", "visa_chargeDeclinedInsufficientFunds", "insufficient_funds", FUNDS),
    declining("4000000000009987", "visa_chargeDeclinedLostCard", "lost_card"),
    declining("4000000000009979", "visa_chargeDeclinedStolenCard", "stolen_card"),
    declining(
        "4000000000006975", "visa_chargeDeclinedVelocityLimitExceeded", "card_velocity_exceeded", TOO_OFTEN
    ),
    declining("4100000000000019", "radarBlock", "fraudulent"),
    declining("4000000000000341", "chargeCustomerFail", "generic_decline"),
    declining("4000008400001280", "threeDSecure2LookupError", "generic_decline"),
    failing("4000000000000069", "chargeDeclinedExpiredCard", "expired_card", "Your card has expired."),
    failing(
        "4000000000000127",
        "chargeDeclinedIncorrectCvc",
        "incorrect_cvc",
        "Your card's security code is incorrect.",
    ),
    failing("4000000000000119", "chargeDeclinedProcessingError", "processing_error", PROCESSING_ERROR),
    challenged("4000002500003155", "authenticationRequiredOnSetup"),
    challenged("4000002760003184", "authenticationRequired"),
    challenged("4000003800000446", "authenticationRequiredSetupForOffSession"),
    challenged("4000000000003220", "threeDSecure2Required"),
    challenged("4000008400000027"),
    challenged_in_vain("4000008260003178", "insufficient_funds", FUNDS),
    challenged_in_vain("4000008400001629", "generic_decline"),
    TestCard("4000000000007777", "processing", Behaviour.PROCESS),
    TestCard(
        "4000000000007785", "processingFail", Behaviour.PROCESS_THEN_FAIL, decline_code="generic_decline"
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_ALIAS = {f"pm_card_{card.alias}": card for card in CARDS if card.alias}


@dataclass(frozen=True)
class Card:
    """A card as its owner typed it."""

    test: TestCard
    number: str
    exp_month: int
    exp_year: int

    @property
    def brand(self) -> str:
        """Whose mark is on it."""
        if self.number.startswith(("34", "37")):
            return "amex"
        return "mastercard" if self.number.startswith("5") else "visa"


def read_card(fields: Mapping[str, Any], year: int, month: int) -> Card:
    """The card that was typed in this month, or Stripe's word for the field that is wrong."""
    typed = {name: str(value).replace(" ", "") for name, value in fields.items()}
    for name in ("number", "exp_month", "exp_year"):
        if not typed.get(name):
            raise invalid(f"Missing required param: {name}.", "parameter_missing", name)
    number, cvc = typed["number"], typed.get("cvc")
    exp_month, exp_year = typed["exp_month"], typed["exp_year"]
    if number not in BY_NUMBER and not passes_luhn(number):
        raise mistyped("incorrect_number", "Your card number is incorrect.", "number")
    if not (is_number(exp_month) and len(exp_month) <= 2 and 1 <= int(exp_month) <= 12):
        raise mistyped("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    century = year // 100 * 100 if len(exp_year) == 2 else 0
    is_year = is_number(exp_year) and len(exp_year) in (2, 4)
    if not is_year or (century + int(exp_year), int(exp_month)) < (year, month):
        raise mistyped("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    card = Card(BY_NUMBER.get(number, VISA), number, int(exp_month), century + int(exp_year))
    lengths = (3, 4) if card.brand == "amex" else (3,)
    if cvc is not None and not (is_number(cvc) and len(cvc) in lengths):
        raise mistyped("invalid_cvc", "Your card's security code is invalid.", "cvc")
    return card


def card_of_alias(name: str, year: int) -> Card | None:
    """The test card that Stripe knows by such a name."""
    test = BY_ALIAS.get(name)
    return Card(test, test.number, 12, year + 1) if test else None


def mistyped(code: str, message: str, field: str) -> StripeError:
    """A card that cannot be one."""
    return StripeError(402, Problem(type="card_error", message=message, code=code, param=field))


def passes_luhn(number: str) -> bool:
    """Whether the last digit is right for the others."""
    if not is_number(number) or not 12 <= len(number) <= 19:
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def is_number(text: str) -> bool:
    """Whether it is digits and nothing else."""
    return text.isascii() and text.isdecimal()
