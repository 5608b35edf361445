"""Money is counted as Stripe counts it and read as a shopper reads it."""

import re

import pytest
from babel.numbers import list_currencies
from hypothesis import given
from hypothesis import strategies as st

from bookshop.money import (
    MIN_CHARGES,
    STRIPE_CURRENCIES,
    ZERO_DECIMAL,
    Money,
    decimal_text,
    exponent,
    is_supported,
    max_charge,
    min_charge,
    parse,
    total,
)

# counted in hundredths by Stripe, which takes only whole ones
WHOLE_ONLY = frozenset({"ISK", "UGX"})

supported = st.sampled_from(sorted(c for c in list_currencies() if is_supported(c)))
minors = st.integers(0, 10**8)


def read_digits(text: str, currency: str) -> Money:
    """Return the amount that the digits of a printed price stand for."""
    digits = re.search(r"\d[\d,]*(\.\d+)?", text)
    assert digits, text
    return parse(digits[0].replace(",", ""), currency)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (2300, "SGD", "S$23.00"),
        (0, "SGD", "S$0.00"),
        (5, "SGD", "S$0.05"),
        (123456789, "SGD", "S$1,234,567.89"),
        (2300, "USD", "$23.00"),
        (1234, "GBP", "£12.34"),
        (2300, "JPY", "¥2,300"),
        (2350, "HUF", "HUF23.50"),
    ],
)
def test_a_price_reads_as_on_a_shelf_ticket(minor: int, currency: str, text: str) -> None:
    assert str(Money(minor, currency)) == text


@pytest.mark.parametrize("currency", sorted(WHOLE_ONLY))
def test_what_stripe_counts_in_hundredths_for_old_times_sake_reads_without_them(currency: str) -> None:
    assert exponent(currency) == 2
    assert str(Money(2300, currency)) == f"{currency}23"
    assert parse("23", currency) == Money(2300, currency)


@given(minors, supported)
def test_a_shopper_reads_the_amount_that_stripe_charges(minor: int, currency: str) -> None:
    amount = Money(minor * 100 if currency in WHOLE_ONLY else minor, currency)
    assert read_digits(str(amount), currency) == amount


@pytest.mark.parametrize("currency", sorted(ZERO_DECIMAL))
def test_a_currency_without_minor_unit_is_counted_whole(currency: str) -> None:
    assert is_supported(currency)
    assert parse("500", currency) == Money(500, currency)
    assert "." not in str(Money(500, currency))
    with pytest.raises(ValueError, match=r"'5\.50' is not an amount in"):
        parse("5.50", currency)


@given(minors, supported)
def test_an_amount_written_in_full_is_read_back(minor: int, currency: str) -> None:
    whole, rest = divmod(minor, 10 ** exponent(currency))
    text = f"{whole}.{rest:02}" if exponent(currency) else f"{whole}"
    if currency in WHOLE_ONLY and rest:
        with pytest.raises(ValueError, match="is not an amount in"):
            parse(text, currency)
    else:
        assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "four",
        "4.005",
        "-4.00",
        "NaN",
        "sNaN",
        "Infinity",
        "0x10",
        "4,00",
        "S$4.00",
        "4 00",
        "1e-3",
        "1_0",
        "٤",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"{re.escape(repr(text))} is not an amount"):
        parse(text, "SGD")


@pytest.mark.parametrize("text", ["1e999999", "1.00000000000000000000000000001"])
def test_an_amount_that_is_too_large_or_too_fine_is_refused_rather_than_rounded(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        parse(text, "SGD")


@given(st.text(max_size=30), supported)
def test_any_text_is_an_amount_or_is_refused(text: str, currency: str) -> None:
    try:
        amount = parse(text, currency)
    except ValueError:
        return
    assert amount.minor >= 0
    assert amount.currency == currency


@given(minors, minors, supported)
def test_amounts_of_one_currency_add_up(one: int, other: int, currency: str) -> None:
    assert Money(one, currency) + Money(other, currency) == Money(one + other, currency)


@given(minors, minors, supported, supported)
def test_adding_never_mixes_currencies(one: int, other: int, currency: str, foreign: str) -> None:
    if currency == foreign:
        foreign = "EUR" if currency == "SGD" else "SGD"
    with pytest.raises(ValueError, match=f"cannot add {foreign} to {currency}"):
        Money(one, currency) + Money(other, foreign)
    with pytest.raises(ValueError, match=f"cannot add {foreign} to {currency}"):
        total([Money(one, currency), Money(other, foreign)], currency)


@given(st.lists(minors, max_size=20), supported)
def test_a_total_is_the_sum_of_its_parts(amounts: list[int], currency: str) -> None:
    assert total([Money(minor, currency) for minor in amounts], currency) == Money(sum(amounts), currency)


@given(minors, st.integers(0, 50))
def test_several_copies_cost_as_much_as_each_of_them_added(minor: int, times: int) -> None:
    each = Money(minor, "SGD")
    assert each * times == total([each] * times, "SGD")


@given(minors, supported)
def test_only_nothing_is_false(minor: int, currency: str) -> None:
    assert bool(Money(minor, currency)) is (minor > 0)


# as Stripe's page of currencies has them
LEAST = {
    "USD": "0.50",
    "AED": "2.00",
    "AUD": "0.50",
    "BGN": "1.00",
    "BRL": "0.50",
    "CAD": "0.50",
    "CHF": "0.50",
    "CZK": "15.00",
    "DKK": "2.50",
    "EUR": "0.50",
    "GBP": "0.30",
    "HKD": "4.00",
    "HUF": "175.00",
    "INR": "0.50",
    "JPY": "50",
    "MXN": "10",
    "MYR": "2",
    "NOK": "3.00",
    "NZD": "0.50",
    "PLN": "2.00",
    "RON": "2.00",
    "SEK": "3.00",
    "SGD": "0.50",
    "THB": "10",
}


@pytest.mark.parametrize(("currency", "text"), LEAST.items())
def test_the_least_that_can_be_charged_is_stripes(currency: str, text: str) -> None:
    assert min_charge(currency) == parse(text, currency)


def test_no_minimum_is_made_up() -> None:
    assert MIN_CHARGES.keys() == LEAST.keys()
    assert min_charge("PHP") == parse("0.01", "PHP")
    assert min_charge("KRW") == parse("1", "KRW")
    assert min_charge("ISK") == parse("1", "ISK")


@pytest.mark.parametrize(
    ("currency", "text"),
    [("SGD", "999999.99"), ("JPY", "99999999"), ("UGX", "999999"), ("IDR", "21474836.47")],
)
def test_the_most_that_can_be_charged_at_once_is_stripes(currency: str, text: str) -> None:
    assert max_charge(currency) == parse(text, currency)


@given(supported)
def test_every_currency_has_an_amount_that_can_be_charged_and_stored(currency: str) -> None:
    assert min_charge(currency) < max_charge(currency)
    assert max_charge(currency).minor < 2**31


def test_every_currency_of_stripe_has_a_name_and_its_special_cases_are_some_of_them() -> None:
    assert set(list_currencies()) >= STRIPE_CURRENCIES
    assert ZERO_DECIMAL | WHOLE_ONLY | MIN_CHARGES.keys() <= STRIPE_CURRENCIES


@pytest.mark.parametrize("currency", ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
def test_a_currency_with_three_decimals_is_refused(currency: str) -> None:
    assert currency in list_currencies()
    assert not is_supported(currency)


@pytest.mark.parametrize("currency", ["IRR", "KPW", "CUP", "SYP"])
def test_a_currency_that_stripe_does_not_charge_in_is_refused(currency: str) -> None:
    assert not is_supported(currency)


@pytest.mark.parametrize("currency", ["ITL", "DEM", "XXX", "sgd", ""])
def test_what_is_no_money_today_is_refused(currency: str) -> None:
    assert not is_supported(currency)


@pytest.mark.parametrize("code", ["", "S$", "sgd", "SGDX", "ABC", "CLF", "UYW"])
def test_what_is_no_currency_of_two_decimals_or_none_is_refused(code: str) -> None:
    assert not is_supported(code)


@pytest.mark.parametrize(
    ("minor", "currency", "text"), [(2300, "SGD", "23.00"), (5, "EUR", "0.05"), (1200, "JPY", "1200")]
)
def test_a_price_is_a_plain_number(minor: int, currency: str, text: str) -> None:
    assert decimal_text(Money(minor, currency)) == text
