"""A card as a shopper enters it, and the checks that Stripe makes before it asks a bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bookshop.simulator.cards import BY_ALIAS, BY_NUMBER, TestCard, brand_of
from bookshop.simulator.errors import StripeError, StripeErrorBody, invalid_request

MAX_YEARS = 50
NOT_A_TEST_CARD = (
    "Your card was declined. Your request was in test mode, but used a non test card. For a list of valid "
    "test cards, visit: https://stripe.com/docs/testing."
)


@dataclass(frozen=True)
class EnteredCard:
    """A valid test card with the date and code that were entered."""

    test: TestCard
    exp_month: int
    exp_year: int
    has_cvc: bool = True


def card_of_alias(name: str, year: int) -> EnteredCard | None:
    """Return the test card with an alias such as pm_card_visa, valid until next year."""
    test = BY_ALIAS.get(name)
    return EnteredCard(test, 12, year + 1, has_cvc=False) if test else None


def read_card(fields: Mapping[str, Any], year: int, month: int) -> EnteredCard:
    """Read a card entered in this month; raises StripeError for the first wrong field."""
    entered = {name: str(value).replace(" ", "") for name, value in fields.items()}
    for name in ("number", "exp_month", "exp_year"):
        if not entered.get(name):
            raise invalid_request(f"Missing required param: {name}.", "parameter_missing", name)
    number = entered["number"]
    if number not in BY_NUMBER and not passes_luhn(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", "number")
    exp_month = read_expiry_month(entered["exp_month"])
    exp_year = read_expiry_year(entered["exp_year"], exp_month, year, month)
    check_cvc(entered.get("cvc"), number)
    if number not in BY_NUMBER:
        raise card_error("card_declined", NOT_A_TEST_CARD, decline_code="test_mode_live_card")
    return EnteredCard(BY_NUMBER[number], exp_month, exp_year, has_cvc="cvc" in entered)


def read_expiry_month(text: str) -> int:
    if not (is_number(text) and len(text) <= 2 and 1 <= int(text) <= 12):
        raise card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    return int(text)


def read_expiry_year(text: str, exp_month: int, year: int, month: int) -> int:
    """Read a year of two or four digits, not before this month and not too far ahead."""
    is_year = is_number(text) and len(text) in (2, 4)
    exp_year = (year // 100 * 100 if len(text) == 2 else 0) + (int(text) if is_year else 0)
    if not is_year or not (year, month) <= (exp_year, exp_month) <= (year + MAX_YEARS, 12):
        raise card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    return exp_year


def check_cvc(cvc: str | None, number: str) -> None:
    """Refuse a code of the wrong length; a missing one is allowed."""
    lengths = (3, 4) if brand_of(number) == "amex" else (3,)
    if cvc is not None and not (is_number(cvc) and len(cvc) in lengths):
        raise card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")


def card_error(
    code: str, message: str, field: str | None = None, decline_code: str | None = None
) -> StripeError:
    body = StripeErrorBody(
        type="card_error", message=message, code=code, param=field, decline_code=decline_code
    )
    return StripeError(402, body)


def passes_luhn(number: str) -> bool:
    """Check the length and the check digit (ISO/IEC 7812)."""
    if not is_number(number) or not 12 <= len(number) <= 19:
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
