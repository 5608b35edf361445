from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.catalogue.book import Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import (
    DerivedBook,
    RelatedIsbn,
    SubjectHeading,
)
from bookshop.onix.blocks import Blocks
from bookshop.trade.market import Market
from tests.importing.derived import ISBN, NOW, SINGAPORE, a_derived_book
from tests.onix.messages import a_message, a_rich_product, isbn_of, records_of


def test_a_rich_record_fills_every_field() -> None:
    (record,) = records_of(a_message(a_rich_product()))
    entry = derive_book(record.isbn, [record.blocks], {}, SINGAPORE, NOW)
    assert entry.details.description.startswith(
        "<p>On the night of the spring tide, the pilot boat <em>Constance</em>"
    )
    assert entry.details.contents.startswith("<ul><li>Low water</li>")
    biographies = [person.biography[:32] for person in entry.contributors]
    assert biographies == ["<p><strong>Zoë Ångström-Lim</str", "<p><strong>Bartholomew Okonjo</s", "", "", ""]
    without_texts = replace(entry.details, description="", contents="")
    assert replace(entry, details=without_texts, contributors=()) == DerivedBook(
        isbn=isbn_of(1),
        title="The Pilot Boat Constance No. 1",
        subtitle="A Story of Ropes, Rain & Reckoning",
        byline="Zoë Ångström-Lim and Bartholomew Okonjo",
        form="BC",
        pages=312,
        publisher="Lantern Quay Press",
        imprint="Small Boats",
        published="2025-09-04",
        language="eng",
        blurb="A pilot boat comes home with nobody aboard, and the only witness is a boy who counts waves – "
        "the second voyage of a series that has made readers miss their stops on four continents.",
        price_minor=1690,
        currency="SGD",
        category="mystery",
        series="The Tide Tables",
        series_number="1",
        series_key="the-tide-tables",
        publisher_key="lantern-quay-press",
        work="01:lantern-quay-press:W1",
        supply="21",
        expected="",
        lead_days=5,
        on_sale=None,
        preorders_from=None,
        is_listed=True,
        may_sell=True,
        changes_on=None,
        details=BookDetails(
            keywords="harbours; lighthouses; Zoë Ångström-Lim; tides; missing persons, at sea",
            edition="2nd edition",
            height_mm=198,
            width_mm=129,
            thickness_mm=25,
            weight_g=283,
            is_fixed_price=False,
            ages="12–16",
            safety_name="Lantern Quay Safety Desk",
            safety_address="",
            safety_email="safety@example.com",
            supplier="Straits Book Depot",
        ),
        contributors=(),
        subjects=(
            Subject("FF"),
            Subject("FIC022000", "10"),
            Subject("FYT"),
            Subject("1FMS", "94"),
            Subject("5AN", "98"),
        ),
        headings=(SubjectHeading("93", "FF", "Crime and mystery fiction"),),
        related=(
            RelatedIsbn("03", "9781990000225"),
            RelatedIsbn("06", "9781990000218"),
            RelatedIsbn("27", "9781990000218"),
        ),
        covers=(
            {"link": f"https://example.com/covers/{isbn_of(1)}.jpg", "updated": "2025-06-11"},
            {"link": f"https://example.com/covers/page/{isbn_of(1)}"},
        ),
    )


def test_the_same_record_costs_something_else_elsewhere() -> None:
    (record,) = records_of(a_message(a_rich_product()))
    markets = {
        Market("MY", "MYR", "Asia/Kuala_Lumpur"): (4990, False, "21", True),
        Market("DE", "EUR", "Europe/Berlin"): (1250, True, "20", True),
        Market("GB", "GBP", "Europe/London"): (0, False, "20", True),
        Market("US", "USD", "America/New_York"): (0, False, "", False),
    }
    for market, expected in markets.items():
        entry = derive_book(record.isbn, [record.blocks], {}, market, NOW)
        assert (entry.price_minor, entry.details.is_fixed_price, entry.supply, entry.may_sell) == expected


def test_each_block_is_the_best_sources() -> None:
    best: Blocks = {"1": {"title": "Emma"}, "4": {"publisher": "Murray"}}
    second: Blocks = {
        "1": {"title": "EMMA", "form": "BB"},
        "2": {"texts": [{"type": "03", "text": "A town."}]},
    }
    entry = a_derived_book(best, second)
    assert (entry.title, entry.form, entry.publisher, entry.details.description) == (
        "Emma",
        "",
        "Murray",
        "<p>A town.</p>",
    )


@pytest.mark.parametrize(
    ("about", "is_listed", "may_sell"),
    [
        ({"composition": "00", "form": "BC"}, True, True),
        ({"composition": "10"}, True, True),
        ({"composition": "20"}, False, False),
        ({"composition": "30"}, False, False),
        ({"composition": "31"}, False, False),
        ({"form": "AC"}, True, True),
        ({"form": "PC"}, True, True),
        ({"form": "AJ"}, True, False),
        ({"form": "ED"}, True, False),
        ({"form": "EA"}, True, False),
        ({"form": "LB"}, True, False),
        ({"form": "XC"}, False, False),
        ({"form": "??"}, True, True),
        ({"title": ""}, False, True),
    ],
)
def test_what_is_not_for_readers_is_not_sold(about: dict[str, str], is_listed: bool, may_sell: bool) -> None:
    entry = a_derived_book({"1": about})
    assert (entry.is_listed, entry.may_sell) == (is_listed, may_sell)


def test_a_book_for_other_countries_is_not_sold() -> None:
    assert not a_derived_book({"4": {"rights": [{"type": "01", "territory": {"countries": "US"}}]}}).may_sell


def test_a_retired_book_keeps_its_last_record_and_is_not_sold() -> None:
    entry = derive_book(ISBN, [{"1": {"title": "Emma"}}], {}, SINGAPORE, NOW, is_retired=True)
    assert (entry.title, entry.is_listed, entry.may_sell) == ("Emma", False, False)


def test_a_book_without_any_block_is_not_listed() -> None:
    entry = derive_book(ISBN, [], {}, SINGAPORE, NOW)
    assert (entry.is_listed, entry.supply, entry.price_minor) == (False, "", 0)


CODES = st.text(max_size=4)


ANY_BLOCKS = st.fixed_dictionaries(
    {},
    optional={
        "1": st.fixed_dictionaries(
            {},
            optional={
                "title": st.text(),
                "composition": CODES,
                "form": CODES,
                "edition_number": st.text(),
                "languages": st.lists(st.fixed_dictionaries({"role": st.just("01"), "code": CODES})),
                "contributors": st.lists(
                    st.fixed_dictionaries({"roles": st.lists(CODES), "name": st.text()})
                ),
                "extents": st.lists(st.fixed_dictionaries({"type": CODES, "value": st.text()})),
                "subjects": st.lists(st.fixed_dictionaries({"scheme": CODES, "code": CODES})),
            },
        ),
        "4": st.fixed_dictionaries(
            {}, optional={"status": CODES, "row_rights": CODES, "publisher": st.text()}
        ),
        "6": st.fixed_dictionaries(
            {
                "supplies": st.lists(
                    st.fixed_dictionaries(
                        {
                            "suppliers": st.lists(
                                st.fixed_dictionaries(
                                    {
                                        "availability": CODES,
                                        "prices": st.lists(
                                            st.fixed_dictionaries(
                                                {
                                                    "type": st.just("02"),
                                                    "amount": st.text("0123456789.-e"),
                                                    "currency": st.just("SGD"),
                                                }
                                            )
                                        ),
                                    }
                                )
                            )
                        }
                    )
                )
            }
        ),
    },
)


@given(ANY_BLOCKS)
def test_unknown_codes_never_fail_and_fit_their_columns(blocks: Blocks) -> None:
    entry = derive_book(ISBN, [blocks], {}, SINGAPORE, NOW)
    assert len(entry.form) in (0, 2)
    assert len(entry.language) in (0, 3)
    assert len(entry.supply) in (0, 2)
    assert all(len(person.role) == 3 for person in entry.contributors)
    assert 0 <= entry.price_minor < 2**31


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ({"title": "Moth", "series": "moth", "series_number": "5"}, "Moth, 5"),
        ({"title": "Moth 5", "series": "Moth 5", "series_number": "5"}, "Moth 5"),
        ({"title": "Moth", "series": "Moths", "series_number": "5"}, "Moth"),
        ({"title": "Moth", "series": "Moth"}, "Moth"),
    ],
)
def test_two_volumes_of_a_series_have_different_titles(block: dict[str, str], title: str) -> None:
    assert a_derived_book({"1": block}).title == title
