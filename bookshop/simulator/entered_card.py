"""A card as a shopper enters it, and the checks that Stripe makes before it asks a bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bookshop.simulator.cards import BY_ALIAS, BY_NUMBER, VISA, TestCard
from bookshop.simulator.errors import StripeError, StripeErrorBody, invalid_request


@dataclass(frozen=True)
class EnteredCard:
    """A valid card, and the test card whose behaviour it has."""

    test: TestCard
    number: str
    exp_month: int
    exp_year: int

    @property
    def brand(self) -> str:
        if self.number.startswith(("34", "37")):
            return "amex"
        return "mastercard" if self.number.startswith("5") else "visa"


def card_of_alias(name: str, year: int) -> EnteredCard | None:
    """Return the test card with an alias such as pm_card_visa, valid until next year."""
    test = BY_ALIAS.get(name)
    return EnteredCard(test, test.number, 12, year + 1) if test else None


def read_card(fields: Mapping[str, Any], year: int, month: int) -> EnteredCard:
    """Read a card entered in this month; raises StripeError for the first wrong field."""
    entered = {name: str(value).replace(" ", "") for name, value in fields.items()}
    for name in ("number", "exp_month", "exp_year"):
        if not entered.get(name):
            raise invalid_request(f"Missing required param: {name}.", "parameter_missing", name)
    number, exp_month = entered["number"], entered["exp_month"]
    if number not in BY_NUMBER and not passes_luhn(number):
        raise card_error("incorrect_number", "Your card number is incorrect.", "number")
    if not (is_number(exp_month) and len(exp_month) <= 2 and 1 <= int(exp_month) <= 12):
        raise card_error("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month")
    exp_year = read_expiry_year(entered["exp_year"], int(exp_month), year, month)
    card = EnteredCard(BY_NUMBER.get(number, VISA), number, int(exp_month), exp_year)
    check_cvc(entered.get("cvc"), card)
    return card


def read_expiry_year(text: str, exp_month: int, year: int, month: int) -> int:
    """Read a year of two or four digits, not before this month."""
    is_year = is_number(text) and len(text) in (2, 4)
    century = year // 100 * 100 if len(text) == 2 else 0
    if not is_year or (century + int(text), exp_month) < (year, month):
        raise card_error("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year")
    return century + int(text)


def check_cvc(cvc: str | None, card: EnteredCard) -> None:
    """Refuse a code of the wrong length; a missing one is allowed."""
    lengths = (3, 4) if card.brand == "amex" else (3,)
    if cvc is not None and not (is_number(cvc) and len(cvc) in lengths):
        raise card_error("invalid_cvc", "Your card's security code is invalid.", "cvc")


def card_error(code: str, message: str, field: str) -> StripeError:
    return StripeError(402, StripeErrorBody(type="card_error", message=message, code=code, param=field))


def passes_luhn(number: str) -> bool:
    """Check the length and the check digit (ISO/IEC 7812)."""
    if not is_number(number) or not 12 <= len(number) <= 19:
        return False
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
