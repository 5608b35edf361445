import json
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.importing.rules.derive import derive_book
from bookshop.onix.record import Record
from bookshop.trade.availability import Supply, UnavailableReason, find_availability
from tests.importing.derived import NOW, SINGAPORE, a_derived_book
from tests.onix.messages import (
    a_cover,
    a_date,
    a_message,
    a_product,
    collateral,
    content_date,
    descriptive,
    detail,
    price,
    publishing,
    read,
    records_of,
    supply,
    values,
)

WITHHELD = " Until it is corrected, the book is not for sale."


def warnings_of(*parts: str) -> tuple[str, ...]:
    (record,) = records_of(a_message(a_product(descriptive(), *parts)))
    return record.warnings


@pytest.mark.parametrize(
    ("part", "warning"),
    [
        (
            publishing(a_date("PublishingDate", "01", "20991301", "00")),
            f"The PublishingDate '20991301' of role '01' cannot be read.{WITHHELD}",
        ),
        (
            publishing(a_date("PublishingDate", "01", "1.13.2019", "00")),
            "The PublishingDate '1.13.2019' of role '01' cannot be read.",
        ),
        (
            publishing(a_date("PublishingDate", "02", "soon", "12")),
            f"The PublishingDate 'soon' of role '02' cannot be read.{WITHHELD}",
        ),
        (
            publishing(a_date("PublishingDate", "01", "99991231")),
            f"The PublishingDate '9999-12-31' of role '01' is not plausible.{WITHHELD}",
        ),
        (
            publishing(a_date("PublishingDate", "01", "00010101")),
            "The PublishingDate '0001-01-01' of role '01' is not plausible.",
        ),
        (
            supply(detail(price("9.90")), dates=a_date("MarketDate", "02", "20270230")),
            f"The MarketDate '20270230' of role '02' cannot be read.{WITHHELD}",
        ),
        (
            supply(detail(a_date("SupplyDate", "08", "2027-3-1x"))),
            "The SupplyDate '2027-3-1x' of role '08' cannot be read.",
        ),
        (
            supply(detail(price("9.90", more=a_date("PriceDate", "14", "1 May")))),
            "The PriceDate '1 May' of role '14' cannot be read.",
        ),
        (
            supply(detail(price("9.90", more=a_date("PriceDate", "24", "20270101", "06")))),
            "The PriceDate '20270101' of role '24' cannot be read.",
        ),
        (
            collateral(a_cover(content_date("14", "20271301"))),
            "The ContentDate '20271301' of role '14' cannot be read.",
        ),
        (supply(detail(price("12,99"))), "The PriceAmount '12,99' is not a number such as 12.99."),
        (supply(detail(price("USD12.99"))), "The PriceAmount 'USD12.99' is not a number such as 12.99."),
        (supply(detail(price("-1"))), "The PriceAmount '-1' is not a number such as 12.99."),
    ],
)
def test_what_cannot_be_used_is_reported(part: str, warning: str) -> None:
    assert warnings_of(part) == (warning,)


@pytest.mark.parametrize("title", ["", " ", "\u200b"])
def test_a_missing_title_is_reported(title: str) -> None:
    (record,) = records_of(a_message(a_product(descriptive(title=title))))
    assert record.warnings == ("The title is missing. Until there is one, the book is not shown.",)
    assert not derive_book(record.isbn, [record.blocks], {}, SINGAPORE, NOW).is_listed


@pytest.mark.parametrize(
    "part",
    [
        publishing(a_date("PublishingDate", "01", "20271201"), a_date("PublishingDate", "02", "2027")),
        supply(detail(price("12.99", more=a_date("PriceDate", "15", "99991231")))),
        collateral(a_cover(content_date("15", "99991231"))),
    ],
)
def test_what_can_be_used_is_not(part: str) -> None:
    assert warnings_of(part) == ()


@pytest.mark.parametrize("role", ["01", "02"])
@pytest.mark.parametrize("day", ["99991231", "9999", "20991231", "20991301", "99999999"])
@pytest.mark.parametrize("availability", ["10", "21"])
def test_a_book_without_a_known_day_of_sale_is_announced(role: str, day: str, availability: str) -> None:
    (record,) = records_of(
        a_message(
            a_product(
                descriptive(),
                publishing(a_date("PublishingDate", role, day)),
                supply(detail(price("9.90"), availability=availability)),
            )
        )
    )
    assert record.warnings
    book = a_derived_book(record.blocks)
    assert (book.is_listed, book.published) == (True, "")
    for copies in (0, 3):
        found = find_availability(
            copies,
            Supply(book.supply, on_sale=book.on_sale, preorders_from=book.preorders_from),
            NOW,
            has_price=True,
        )
        assert (found.reason, found.not_before, found.can_be_bought) == (
            UnavailableReason.ANNOUNCED,
            None,
            False,
        )


ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.from_regex(r"[0-9]{0,9}[-.,T]?[0-9]{0,9}", fullmatch=True),
    st.sampled_from(["00010101", "99991231", "9999", "0001", "99991231T2359", "1e9", "nan", "-0"]),
)
FORMS = st.sampled_from(["", "00", "01", "05", "06", "07", "11", "12", "13", "99"])


@settings(max_examples=200)
@given(st.data())
def test_no_value_of_a_date_or_a_number_loses_a_record(data: st.DataObject) -> None:
    def a_day(element: str) -> str:
        role = data.draw(st.sampled_from(["01", "02", "08", "09", "14", "15", "24", "27"]))
        return a_date(element, role, escape(data.draw(ODD)), data.draw(FORMS))

    tax = values(TaxRatePercent=data.draw(ODD), TaxableAmount=data.draw(ODD))
    extent = values(ExtentType="00", ExtentValue=data.draw(ODD), ExtentUnit="03")
    numbers = f"{values(EditionNumber=data.draw(ODD))}<Extent>{extent}</Extent>"
    size = values(MeasureType="01", Measurement=data.draw(ODD), MeasureUnitCode="mm")
    kind = data.draw(st.sampled_from(["01", "02"]))
    offer = price(data.draw(ODD), kind, more=f"<Tax>{tax}</Tax>{a_day('PriceDate')}")
    product = a_product(
        descriptive(f"<Measure>{size}</Measure>", numbers),
        collateral(a_cover(a_day("ContentDate"))),
        publishing(a_day("PublishingDate"), a_day("PublishingDate")),
        supply(
            detail(values(OrderTime=data.draw(ODD)), a_day("SupplyDate"), offer), dates=a_day("MarketDate")
        ),
    )
    _, record = read(a_message(product))
    assert isinstance(record, Record)
    assert all("\n" not in warning for warning in record.warnings)
    book = derive_book(record.isbn, [record.blocks], {}, SINGAPORE, NOW)
    assert book.title == "Middlemarch"
    assert json.dumps(record.blocks)
