"""Details are kept as they were typed, and each wrong field has its own error."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.checkout.details import (
    MAX_FIELD_CHARS,
    REQUIRED,
    REQUIRED_TO_DELIVER,
    CheckoutDetails,
    details_of,
    find_field_errors,
    parse_details,
)
from bookshop.orders.order import Delivery
from tests.builders import AN_ADDRESS, an_order

COUNTRIES = ("SG", "MY")
FIELDS = (*REQUIRED, *REQUIRED_TO_DELIVER)
PARCEL = CheckoutDetails(
    email="reader@example.com",
    name="A Reader",
    delivery="deliver",
    address="8 Example Walk, #03-11",
    city="Singapore",
    postcode="098585",
    country="SG",
)
VISIT = CheckoutDetails(email="reader@example.com", name="A Reader", delivery="collect")

CONTROLS = "".join(chr(code) for code in (*range(0x20), 0x7F))

visible = st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS), max_size=30)
known = st.sampled_from([*asdict(PARCEL).values(), "collect", "MY", "x" * (MAX_FIELD_CHARS + 1)])
typed = st.text(max_size=30) | known
forms = st.dictionaries(st.sampled_from([*FIELDS, "unasked"]), typed)


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("details", [PARCEL, VISIT])
def test_what_is_complete_has_no_problems(details: CheckoutDetails) -> None:
    assert find_field_errors(details, COUNTRIES) == {}


@given(st.dictionaries(st.sampled_from([*FIELDS, "unasked"]), visible | known))
def test_whatever_is_typed_is_kept_as_typed_but_for_the_space_around_it(form: dict[str, str]) -> None:
    assert asdict(parse_details(form)) == {name: one_line(form.get(name, "")) for name in FIELDS}


@given(forms)
def test_whatever_is_typed_is_well_or_has_known_problems(form: dict[str, str]) -> None:
    details = parse_details(form)
    problems = find_field_errors(details, COUNTRIES)
    codes = {"missing", "long", "unfinished", "postcode", "country"}
    assert list(problems) == [field for field in FIELDS if field in problems]
    assert set(problems.values()) <= codes
    if not problems:
        assert details.email
        assert details.name
        assert details.delivery in tuple(Delivery)
        assert details.parcel_address is None or all(asdict(details.parcel_address).values())


@given(st.dictionaries(st.sampled_from(FIELDS), typed, min_size=len(FIELDS)), st.sampled_from(FIELDS))
def test_a_problem_of_one_field_is_none_of_another(form: dict[str, str], mended: str) -> None:
    # delivery and country decide what is asked of others
    if mended not in ("delivery", "country"):
        details = parse_details(form)
        after = find_field_errors(replace(details, **{mended: getattr(PARCEL, mended)}), COUNTRIES)
        before = find_field_errors(details, COUNTRIES)
        assert {field: code for field, code in after.items() if field != mended} == {
            field: code for field, code in before.items() if field != mended
        }


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", ["", "  ", "\t\n\u3000"])
def test_a_field_that_was_left_empty_is_missing(field: str, text: str) -> None:
    details = parse_details({**asdict(PARCEL), field: text})
    assert find_field_errors(details, COUNTRIES) == {field: "missing"}


@pytest.mark.parametrize("field", ["email", "name", "address", "city", "postcode", "country"])
def test_a_text_is_too_long_when_it_does_not_fit_an_envelope(field: str) -> None:
    details = replace(PARCEL, **{field: "x" * (MAX_FIELD_CHARS + 1)})
    assert find_field_errors(details, COUNTRIES) == {field: "long"}


@pytest.mark.parametrize("field", ["name", "address", "city"])
def test_a_text_of_the_longest_length_is_taken(field: str) -> None:
    assert find_field_errors(replace(PARCEL, **{field: "x" * MAX_FIELD_CHARS}), COUNTRIES) == {}


@pytest.mark.parametrize(
    "email",
    [
        "reader",
        "reader@",
        "@example.com",
        "reader@example",
        "reader example.com",
        "reader@exam ple.com",
        "reader@@example.com",
        "reader@example..com",
        "A Reader <reader@example.com>",
        "reader@example.com, other@example.com",
        "reader@[127.0.0.1]",
        "reader@example.com\x00",
    ],
)
def test_an_email_address_that_cannot_be_written_to_is_unfinished(email: str) -> None:
    assert find_field_errors(replace(VISIT, email=email), COUNTRIES) == {"email": "unfinished"}


@pytest.mark.parametrize(
    "email",
    ["reader@example.com", "o'brien+books@mail.example.co.uk", "zoë@example.com", "reader@bücher.example"],
)
def test_an_email_address_of_any_name_is_taken(email: str) -> None:
    assert find_field_errors(replace(VISIT, email=email), COUNTRIES) == {}


@pytest.mark.parametrize("delivery", ["drone", "DELIVER", "Delivery.DELIVER", "deliver collect"])
def test_a_delivery_that_is_not_offered_counts_as_missing(delivery: str) -> None:
    assert find_field_errors(replace(PARCEL, delivery=delivery), COUNTRIES) == {"delivery": "missing"}


@pytest.mark.parametrize(
    "postcode",
    ["98585", "0985850", "09858S", "0 98585", "098  585", "S098585", "-98585", "٠٩٨٥٨٥", "098585\n"],
)
def test_a_singapore_postcode_has_six_digits(postcode: str) -> None:
    assert find_field_errors(replace(PARCEL, postcode=postcode), COUNTRIES) == {"postcode": "postcode"}


def test_a_singapore_postcode_may_be_read_out_in_two_halves() -> None:
    assert find_field_errors(replace(PARCEL, postcode="098 585"), COUNTRIES) == {}


@pytest.mark.parametrize("postcode", ["50480", "SW1A 1AA", "-", "D02 AF30"])
def test_a_postcode_of_elsewhere_is_taken_as_it_is(postcode: str) -> None:
    assert find_field_errors(replace(PARCEL, country="MY", postcode=postcode), COUNTRIES) == {}


@pytest.mark.parametrize("country", ["GB", "sg", "Singapore", "S", "XX", "SG,MY"])
def test_a_parcel_goes_only_where_the_shop_sends_parcels(country: str) -> None:
    assert find_field_errors(replace(PARCEL, country=country), COUNTRIES) == {"country": "country"}


@given(forms)
def test_the_address_is_asked_for_only_when_delivering(form: dict[str, str]) -> None:
    collected = parse_details({**form, "delivery": "collect"})
    assert find_field_errors(collected, COUNTRIES).keys() <= set(REQUIRED)
    assert collected.parcel_address is None


def test_nothing_typed_is_everything_missing() -> None:
    assert find_field_errors(CheckoutDetails(), COUNTRIES) == dict.fromkeys(
        set(FIELDS) - {"delivery"}, "missing"
    )
    assert find_field_errors(parse_details({}), COUNTRIES) == dict.fromkeys(REQUIRED, "missing")


@given(st.sampled_from(FIELDS), visible, st.sampled_from(CONTROLS), visible)
def test_a_character_that_cannot_be_printed_or_stored_becomes_a_space(
    field: str, before: str, control: str, after: str
) -> None:
    details = parse_details({field: f"{before}{control}{after}"})
    assert asdict(details)[field] == one_line(f"{before} {after}")


def test_a_parcels_address_is_the_one_that_was_typed() -> None:
    assert PARCEL.parcel_address == AN_ADDRESS
    assert PARCEL.is_delivered
    assert not VISIT.is_delivered


def test_the_details_of_an_order_are_those_it_was_placed_with() -> None:
    parcel = an_order(delivery=Delivery.DELIVER, address=AN_ADDRESS)
    assert details_of(parcel) == PARCEL
    assert details_of(an_order()) == VISIT
    for details in (details_of(parcel), details_of(an_order())):
        assert find_field_errors(details, COUNTRIES) == {}
        assert parse_details(asdict(details)) == details
