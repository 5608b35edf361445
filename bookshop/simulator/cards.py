"""Stripe's test cards, and what each of them does.

Stripe has no card whose payment stays `processing`; the two here are the simulator's own.
"""

from dataclasses import dataclass
from enum import Enum, auto

DECLINED = "Your card was declined."
TOO_MANY_ATTEMPTS = (
    "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."
)
PROCESSING_ERROR = "An error occurred while processing your card. Try again in a little bit."
INSUFFICIENT_FUNDS = "Your card has insufficient funds."


class Behaviour(Enum):
    """What happens when a payment is confirmed with the card."""

    SUCCEED = auto()
    DECLINE = auto()
    CHALLENGE = auto()
    CHALLENGE_THEN_DECLINE = auto()
    PROCESS = auto()
    PROCESS_THEN_FAIL = auto()


class AfterPayment(Enum):
    """What happens after a payment with the card has succeeded."""

    NONE = auto()
    FRAUD_DISPUTE = auto()
    NOT_RECEIVED_DISPUTE = auto()
    INQUIRY = auto()
    FRAUD_WARNING = auto()
    PENDING_REFUND = auto()
    FAILING_REFUND = auto()


@dataclass(frozen=True)
class TestCard:
    """A card's number, its alias after `pm_card_`, what it does, and the error of a decline."""

    number: str
    alias: str = ""
    behaviour: Behaviour = Behaviour.SUCCEED
    code: str = "card_declined"
    decline_code: str | None = None
    message: str = DECLINED
    after_payment: AfterPayment = AfterPayment.NONE

    __test__ = False  # pytest would collect a class of this name


def decline(number: str, alias: str, decline_code: str, message: str = DECLINED) -> TestCard:
    """Make a card that the bank declines."""
    return TestCard(number, alias, Behaviour.DECLINE, "card_declined", decline_code, message)


def fail(number: str, alias: str, code: str, message: str) -> TestCard:
    """Make a card that fails with an error code of its own."""
    return TestCard(number, alias, Behaviour.DECLINE, code, None, message)


def challenge(number: str, alias: str = "") -> TestCard:
    """Make a card whose bank asks for authentication (3D Secure)."""
    return TestCard(number, alias, Behaviour.CHALLENGE, decline_code="generic_decline")


def challenge_then_decline(number: str, decline_code: str, message: str = DECLINED) -> TestCard:
    """Make a card whose bank asks for authentication, then declines."""
    return TestCard(number, "", Behaviour.CHALLENGE_THEN_DECLINE, "card_declined", decline_code, message)


VISA = TestCard("4242424242424242", "visa")
CARDS = (
    VISA,
    TestCard("5555555555554444", "mastercard"),
    TestCard("378282246310005", "amex"),
    TestCard("4000000000000259", "createDispute", after_payment=AfterPayment.FRAUD_DISPUTE),
    TestCard(
        "4000000000002685", "createDisputeProductNotReceived", after_payment=AfterPayment.NOT_RECEIVED_DISPUTE
    ),
    TestCard("4000000000001976", "createDisputeInquiry", after_payment=AfterPayment.INQUIRY),
    TestCard("4000000000005423", "createIssuerFraudRecord", after_payment=AfterPayment.FRAUD_WARNING),
    TestCard("4000000000007726", "pendingRefund", after_payment=AfterPayment.PENDING_REFUND),
    TestCard("4000000000005126", "refundFail", after_payment=AfterPayment.FAILING_REFUND),
    TestCard("4000000000003055", "threeDSecureOptional"),
    TestCard("4000000000003097"),
    TestCard("4000000032200000"),
    decline("4000000000000002", "visa_chargeDeclined", "generic_decline"),
    decline(
        "4000000000009995", "visa_chargeDeclinedInsufficientFunds", "insufficient_funds", INSUFFICIENT_FUNDS
    ),
    decline("4000000000009987", "visa_chargeDeclinedLostCard", "lost_card"),
    decline("4000000000009979", "visa_chargeDeclinedStolenCard", "stolen_card"),
    decline(
        "4000000000006975",
        "visa_chargeDeclinedVelocityLimitExceeded",
        "card_velocity_exceeded",
        TOO_MANY_ATTEMPTS,
    ),
    decline("4100000000000019", "radarBlock", "fraudulent"),
    decline("4000000000000341", "chargeCustomerFail", "generic_decline"),
    decline("4000008400001280", "threeDSecure2LookupError", "generic_decline"),
    fail("4000000000000069", "chargeDeclinedExpiredCard", "expired_card", "Your card has expired."),
    fail(
        "4000000000000127",
        "chargeDeclinedIncorrectCvc",
        "incorrect_cvc",
        "Your card's security code is incorrect.",
    ),
    fail("4000000000000119", "chargeDeclinedProcessingError", "processing_error", PROCESSING_ERROR),
    challenge("4000002500003155", "authenticationRequiredOnSetup"),
    challenge("4000002760003184", "authenticationRequired"),
    challenge("4000003800000446", "authenticationRequiredSetupForOffSession"),
    challenge("4000000000003220", "threeDSecure2Required"),
    challenge("4000008400000027"),
    challenge_then_decline("4000008260003178", "insufficient_funds", INSUFFICIENT_FUNDS),
    challenge_then_decline("4000008400001629", "generic_decline"),
    TestCard("4000000000007777", "processing", Behaviour.PROCESS),
    TestCard(
        "4000000000007785", "processingFail", Behaviour.PROCESS_THEN_FAIL, decline_code="generic_decline"
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_ALIAS = {f"pm_card_{card.alias}": card for card in CARDS if card.alias}
