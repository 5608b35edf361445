"""Stripe's test cards, and what each of them does.

Stripe has no card whose payment stays `processing`; the two here are the simulator's own.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

CARDS_FILE = Path(__file__).parent / "data" / "test_cards.csv"
DECLINED = "Your card was declined."
# messages by decline code, or by code where there is none
MESSAGES = {
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently or "
    "exceeding its amount limit.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "insufficient_funds": "Your card has insufficient funds.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}
# as a number begins; the rest is Visa's
BRANDS = (
    ("amex", re.compile("3[47]")),
    ("diners", re.compile("3(?:0[0-5]|[689])")),
    ("jcb", re.compile("35")),
    ("mastercard", re.compile("5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)")),
    ("discover", re.compile("6011|64[4-9]|65")),
    ("unionpay", re.compile("62")),
)


class Behaviour(Enum):
    """What happens when a payment is confirmed with the card."""

    SUCCEED = "pays"
    DECLINE = "declined"
    CHALLENGE = "challenged"
    CHALLENGE_THEN_DECLINE = "challenged-then-declined"
    PROCESS = "processing"
    PROCESS_THEN_FAIL = "processing-then-declined"


class AfterPayment(Enum):
    """What happens after a payment with the card has succeeded."""

    NONE = ""
    FRAUD_DISPUTE = "fraud-dispute"
    NOT_RECEIVED_DISPUTE = "not-received-dispute"
    TWO_DISPUTES = "two-disputes"
    INQUIRY = "inquiry"
    FRAUD_WARNING = "fraud-warning"
    PENDING_REFUND = "pending-refund"
    FAILING_REFUND = "failing-refund"


@dataclass(frozen=True)
class TestCard:
    """A card's number, its aliases after `pm_card_`, what it does, and the error of a decline."""

    number: str
    aliases: tuple[str, ...] = ()
    country: str = "US"
    funding: str = "credit"
    behaviour: Behaviour = Behaviour.SUCCEED
    code: str = "card_declined"
    decline_code: str | None = "generic_decline"
    after_payment: AfterPayment = AfterPayment.NONE
    checks: Mapping[str, str] = field(default_factory=dict)
    risk_level: str = "normal"

    __test__ = False  # pytest would collect a class of this name

    @property
    def brand(self) -> str:
        return brand_of(self.number)

    @property
    def message(self) -> str:
        return MESSAGES.get(self.decline_code or self.code, DECLINED)


def brand_of(number: str) -> str:
    return next((brand for brand, start in BRANDS if start.match(number)), "visa")


def read_test_card(row: Mapping[str, str]) -> TestCard:
    """Read a row of the file of test cards."""
    return TestCard(
        row["number"],
        tuple(row["aliases"].split()),
        row["country"],
        row["funding"],
        Behaviour(row["behaviour"]),
        row["code"] or "card_declined",
        row["decline_code"] or (None if row["code"] else "generic_decline"),
        AfterPayment(row["after_payment"]),
        dict(check.split("=") for check in row["checks"].split()),
        row["risk_level"] or "normal",
    )


def read_test_cards() -> tuple[TestCard, ...]:
    lines = CARDS_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(map(read_test_card, csv.DictReader(line for line in lines if not line.startswith("#"))))


CARDS = read_test_cards()
BY_NUMBER = {card.number: card for card in CARDS}
BY_ALIAS = {f"pm_card_{alias}": card for card in CARDS for alias in card.aliases}
