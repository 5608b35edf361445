"""Details are kept as they were typed, and each wrong field has its own error."""

import unicodedata
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.checkout.details import (
    ADDRESS_FIELDS,
    MAX_FIELD_CHARS,
    REQUIRED,
    CheckoutDetails,
    details_of,
    find_doubtful_fields,
    find_field_errors,
    parse_details,
)
from bookshop.orders.order import Delivery
from tests.builders import AN_ADDRESS, an_order

COUNTRIES = ("SG", "MY")
FIELDS = (*REQUIRED, *ADDRESS_FIELDS)
NEEDED_IN_SINGAPORE = (*REQUIRED, "street", "postcode", "country")
PARCEL = CheckoutDetails(
    email="reader@example.com",
    name="A Reader",
    delivery="deliver",
    street="8 Example Walk, #03-11",
    city="Singapore",
    postcode="098585",
    country="SG",
)
VISIT = CheckoutDetails(email="reader@example.com", name="A Reader", delivery="collect")

CONTROLS = "".join(chr(code) for code in (*range(0x20), 0x7F))
# letters, digits and punctuation of Latin script
LATIN = st.characters(min_codepoint=0x21, max_codepoint=0x17F, exclude_categories=["Cc", "Cf", "Zs"])
latin = st.text(LATIN, max_size=30)

visible = st.text(st.characters(codec="utf-8", exclude_characters=CONTROLS), max_size=30)
known = st.sampled_from([*asdict(PARCEL).values(), "collect", "MY", "x" * (MAX_FIELD_CHARS + 1)])
typed = st.text(max_size=30) | known
forms = st.dictionaries(st.sampled_from([*FIELDS, "unasked"]), typed)


@pytest.mark.parametrize("details", [PARCEL, VISIT])
def test_what_is_complete_has_no_problems(details: CheckoutDetails) -> None:
    assert find_field_errors(details, COUNTRIES) == {}


@given(st.dictionaries(st.sampled_from([*FIELDS, "unasked"]), visible | known))
def test_whatever_is_typed_is_read_the_same_when_it_is_sent_again(form: dict[str, str]) -> None:
    details = parse_details(form)
    assert parse_details(asdict(details)) == details


@given(latin, st.sampled_from(["name", "street", "unit", "city", "region"]))
def test_a_name_is_kept_as_it_was_typed(text: str, field: str) -> None:
    assert asdict(parse_details({field: text}))[field] == unicodedata.normalize("NFC", text)


@given(forms)
def test_whatever_is_typed_is_well_or_has_known_problems(form: dict[str, str]) -> None:
    details = parse_details(form)
    problems = find_field_errors(details, COUNTRIES)
    codes = {"missing", "long", "unfinished", "country"}
    assert list(problems) == [field for field in FIELDS if field in problems]
    assert set(problems.values()) <= codes
    if not problems:
        assert details.email
        assert details.name
        assert details.delivery in tuple(Delivery)
        assert details.parcel_address is None or (details.street and details.country)


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


@pytest.mark.parametrize("field", NEEDED_IN_SINGAPORE)
@pytest.mark.parametrize("text", ["", "  ", "\t\n\u3000", "\u200b\ufeff", "\u200d"])
def test_a_field_that_was_left_empty_is_missing(field: str, text: str) -> None:
    details = parse_details({**asdict(PARCEL), field: text})
    assert find_field_errors(details, COUNTRIES) == {field: "missing"}


@pytest.mark.parametrize("field", ["email", "name", "street", "city", "postcode", "country"])
def test_a_text_is_too_long_when_it_does_not_fit_an_envelope(field: str) -> None:
    details = replace(PARCEL, **{field: "x" * (MAX_FIELD_CHARS + 1)})
    assert find_field_errors(details, COUNTRIES) == {field: "long"}


@pytest.mark.parametrize("field", ["name", "street", "city"])
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


@pytest.mark.parametrize("postcode", ["98585", "0985850", "09858S", "S098585", "098585 098585"])
def test_a_postcode_that_the_rules_do_not_know_is_doubted_and_not_refused(postcode: str) -> None:
    details = replace(PARCEL, postcode=postcode)
    assert find_field_errors(details, COUNTRIES) == {}
    assert find_doubtful_fields(details) == ("postcode",)
    assert find_doubtful_fields(replace(details, delivery="collect")) == ()


@pytest.mark.parametrize(
    "postcode",
    [
        "098 585",
        "\uff10\uff19\uff18\uff15\uff18\uff15",
        "\u200b098585",
        "098\u2060585",
        "\u202a098585\u202c",
        "\u0660\u0669\u0668\u0665\u0668\u0665",
    ],
)
def test_a_postcode_may_be_typed_in_any_digits_and_pasted_with_marks(postcode: str) -> None:
    details = parse_details({**asdict(PARCEL), "postcode": postcode})
    assert details.postcode.replace(" ", "") == "098585"
    assert find_doubtful_fields(details) == ()


@pytest.mark.parametrize(
    "email", ["reader@example.com\u200b", "\u200ereader@example.com", "\uff52eader\uff20example.com"]
)
def test_an_email_address_is_read_without_what_cannot_be_seen(email: str) -> None:
    details = parse_details({**asdict(PARCEL), "email": email})
    assert details.email == "reader@example.com"


@pytest.mark.parametrize(
    "name",
    [
        "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc",
        "\U0001f469\u200d\U0001f680",
        "\u0d28\u0d4d\u200d",
        "12\u00bd",
        "\uff21\uff22",
    ],
)
def test_a_name_keeps_what_its_script_needs(name: str) -> None:
    assert parse_details({"name": name}).name == name


@pytest.mark.parametrize("country", ["GB", "sg", "Singapore", "S", "XX", "SG,MY"])
def test_a_parcel_goes_only_where_the_shop_sends_parcels(country: str) -> None:
    assert find_field_errors(replace(PARCEL, country=country), COUNTRIES) == {"country": "country"}


@given(forms)
def test_the_address_is_asked_for_only_when_delivering(form: dict[str, str]) -> None:
    collected = parse_details({**form, "delivery": "collect"})
    assert find_field_errors(collected, COUNTRIES).keys() <= set(REQUIRED)
    assert collected.parcel_address is None


@pytest.mark.parametrize(
    ("country", "required"),
    [
        ("SG", {"postcode"}),
        ("HK", {"region"}),
        ("AE", {"region"}),
        ("IE", {"city"}),
        ("US", {"city", "region", "postcode"}),
        ("JP", {"region", "postcode"}),
        ("DE", {"city", "postcode"}),
        ("PA", {"city"}),
    ],
)
def test_an_address_has_what_its_country_requires(country: str, required: set[str]) -> None:
    details = replace(PARCEL, city="", region="", postcode="", country=country)
    assert find_field_errors(details, (country,)) == dict.fromkeys(required, "missing")


@pytest.mark.parametrize(
    ("country", "region", "is_known"),
    [
        ("US", "CA", True),
        ("US", "california", True),
        ("US", "Kalifornia", False),
        ("JP", "Tokyo", True),
        ("AU", "NSW", True),
        ("BR", "sao paulo", True),
        ("HK", "\u4e5d\u9f8d", True),
        ("DE", "Bayern", True),
    ],
)
def test_a_region_is_known_by_its_code_or_any_of_its_names(country: str, region: str, is_known: bool) -> None:
    details = replace(PARCEL, postcode="", country=country, region=region)
    assert find_doubtful_fields(details) == (() if is_known else ("region",))


@given(forms, st.sampled_from(["SG", "US", "HK", "CN", "XX", "", "??"]))
def test_any_address_with_what_is_required_is_accepted_or_doubted(form: dict[str, str], country: str) -> None:
    details = parse_details({**asdict(PARCEL), "city": "C", "region": "R", **form, "country": country})
    assert set(find_field_errors(details, (country,)).values()) <= {"missing", "long", "unfinished"}
    assert set(find_doubtful_fields(details)) <= {"region", "postcode"}


def test_nothing_typed_is_everything_missing() -> None:
    assert find_field_errors(CheckoutDetails(), COUNTRIES) == dict.fromkeys(
        ("email", "name", "street", "country"), "missing"
    )
    assert find_field_errors(parse_details({}), COUNTRIES) == dict.fromkeys(REQUIRED, "missing")


@given(latin, st.sampled_from(CONTROLS), latin)
def test_a_character_that_cannot_be_printed_or_stored_becomes_a_space(
    before: str, control: str, after: str
) -> None:
    details = parse_details({"name": f"{before}{control}{after}"})
    assert details.name == unicodedata.normalize("NFC", " ".join(f"{before} {after}".split()))


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


def test_what_is_doubted_is_confirmed_as_a_whole() -> None:
    details = CheckoutDetails(country="US", region="XX", postcode="9")
    for changed in ({"country": "SG"}, {"region": "YY"}, {"postcode": "8"}):
        assert replace(details, **changed).doubtful_part != details.doubtful_part
    assert replace(details, name="Ada", street="1 Lane").doubtful_part == details.doubtful_part
