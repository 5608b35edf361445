from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.catalogue.book import Contributor, Subject
from bookshop.catalogue.book_row import BookDetails
from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import (
    DETAIL_FIELDS,
    ROW_FIELDS,
    DerivedBook,
    RelatedIsbn,
    SubjectHeading,
)
from bookshop.importing.rules.overridable_fields import OVERRIDABLE_FIELDS, apply_overrides
from bookshop.onix.blocks import Blocks
from bookshop.trade.market import Market
from tests.onix.messages import a_message, a_rich_product, isbn_of, records_of

SINGAPORE = Market("SG", "SGD", "Asia/Singapore")
NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
ISBN = "9780306406157"


def an_entry(
    blocks: Blocks, *more: Blocks, now: datetime = NOW, market: Market = SINGAPORE, **overrides: str
) -> DerivedBook:
    """The book out of these blocks, which have a title unless they say otherwise."""
    blocks = {**blocks, "1": {"title": "Middlemarch", **blocks.get("1", {})}}
    return derive_book(ISBN, [blocks, *more], overrides, market, now)


def supplied(*prices: dict[str, Any], **supplier: Any) -> Blocks:
    """A book of one supplier."""
    return {"6": {"supplies": [{"suppliers": [{"availability": "21", "prices": list(prices), **supplier}]}]}}


def dated(role: str, day: str) -> Blocks:
    """A book with a date of the whole world."""
    return {"4": {"dates": [{"role": role, "date": day}]}}


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
        form_detail="B105",
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
    entry = an_entry(best, second)
    assert (entry.title, entry.form, entry.publisher, entry.details.description) == (
        "Emma",
        "",
        "Murray",
        "<p>A town.</p>",
    )


def test_one_person_in_two_roles_has_two_lines_and_one_biography() -> None:
    person = {
        "roles": ["A01", "A12", "A01", "?"],
        "name": "Ada  Bond",
        "biography": {"text": "Draws."},
        "isni": "x",
    }
    assert an_entry({"1": {"contributors": [person]}}).contributors == (
        Contributor("A01", "Ada  Bond", "ada-bond", "<p>Draws.</p>"),
        Contributor("A12", "Ada  Bond", "ada-bond"),
    )


def test_a_text_about_the_author_is_a_lone_authors_biography() -> None:
    texts = {"texts": [{"type": "12", "text": "Lives on a barge."}]}
    ada, bob = ({"roles": ["A01"], "name": name} for name in ("Ada", "Bob"))
    alone = an_entry({"1": {"contributors": [ada]}, "2": texts})
    together = an_entry({"1": {"contributors": [ada, bob]}, "2": texts})
    assert [person.biography for person in alone.contributors] == ["<p>Lives on a barge.</p>"]
    assert [person.biography for person in together.contributors] == ["", ""]


@pytest.mark.parametrize(
    ("extents", "pages"),
    [
        ([("00", "245", "03"), ("07", "300", "03")], 245),
        ([("05", "260", "03"), ("11", "250", "03")], 250),
        ([("00", "245", "")], 0),
        ([("09", "600", "05")], 0),
        ([("00", "many", "03"), ("07", "300", "03")], 300),
        ([("00", "9999999", "03")], 0),
    ],
)
def test_pages_are_counted_in_pages(extents: list[tuple[str, str, str]], pages: int) -> None:
    found = [{"type": kind, "value": value, "unit": unit} for kind, value, unit in extents]
    assert an_entry({"1": {"extents": found}}).pages == pages


@pytest.mark.parametrize(
    ("subjects", "category"),
    [
        ([("93", "FBA"), ("93", "FF")], "fiction"),
        ([("10", "POE005000"), ("93", "TBC")], "technology"),
        ([("10", "FIC022000")], "mystery"),
        ([("10", "FIC014000")], "fiction"),
        ([("10", "JNF000000"), ("12", "FA")], "children"),
        ([("12", "YFB")], "children"),
        ([("12", "HBJD")], "history"),
        ([("94", "1FMS")], "ideas"),
        ([], "ideas"),
    ],
)
def test_the_category_is_chosen_by_the_best_scheme(subjects: list[tuple[str, str]], category: str) -> None:
    entry = an_entry({"1": {"subjects": [{"scheme": scheme, "code": code} for scheme, code in subjects]}})
    assert entry.category == category
    assert "12" not in {subject.scheme for subject in entry.subjects}


@pytest.mark.parametrize(
    ("ages", "text"),
    [
        ({"age_from": 6, "age_to": 9}, "6–9"),
        ({"age_from": 12}, "12+"),
        ({"age_to": 3}, "up to 3"),
        ({"age_from": 7, "age_to": 7}, "7"),
        ({"age_from": 0, "age_to": 3}, "0–3"),
        ({}, ""),
    ],
)
def test_ages_are_told_briefly(ages: dict[str, int], text: str) -> None:
    assert an_entry({"1": ages}).details.ages == text


@pytest.mark.parametrize(
    ("edition", "text"),
    [
        ({"edition_number": "1"}, ""),
        ({"edition_number": "2"}, "2nd edition"),
        ({"edition_number": "11"}, "11th edition"),
        ({"edition_number": "23"}, "23rd edition"),
        ({"edition_number": "2", "edition": "Second, with errors"}, "Second, with errors"),
        ({"edition_number": "two"}, ""),
    ],
)
def test_the_edition_is_told_unless_it_is_the_first(edition: dict[str, str], text: str) -> None:
    assert an_entry({"1": edition}).details.edition == text


@pytest.mark.parametrize(
    ("works", "key"),
    [
        ([("01", "11", "A022009")], "11:A022009"),
        ([("01", "01", "77")], "01:murray:77"),
        ([("01", "01", "77"), ("01", "11", "A022009")], "11:A022009"),
        ([("02", "11", "A022009")], ""),
        ([], ""),
    ],
)
def test_editions_of_a_work_share_a_key(works: list[tuple[str, str, str]], key: str) -> None:
    found = [{"code": code, "type": kind, "id": value} for code, kind, value in works]
    assert an_entry({"4": {"publisher": "Murray"}, "5": {"works": found}}).work == key


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
def test_what_no_reader_can_carry_home_is_not_sold(
    about: dict[str, str], is_listed: bool, may_sell: bool
) -> None:
    entry = an_entry({"1": about})
    assert (entry.is_listed, entry.may_sell) == (is_listed, may_sell)


@pytest.mark.parametrize(
    ("status", "is_listed", "may_sell", "supply"),
    [
        ("", True, True, "21"),
        ("02", True, True, "21"),
        ("04", True, True, "21"),
        ("07", True, True, "21"),
        ("01", False, False, "21"),
        ("03", True, True, "09"),
        ("11", False, False, "21"),
        ("12", True, True, "52"),
        ("13", True, False, "21"),
        ("15", False, False, "21"),
        ("16", True, False, "21"),
        ("17", False, False, "21"),
        ("??", True, True, "21"),
    ],
)
def test_the_publishing_status_hides_and_stops(
    status: str, is_listed: bool, may_sell: bool, supply: str
) -> None:
    entry = an_entry({**supplied(), "4": {"status": status}})
    assert (entry.is_listed, entry.may_sell, entry.supply) == (is_listed, may_sell, supply)


def test_the_status_in_our_market_counts_before_that_of_the_world() -> None:
    supplies = [{"markets": [{"countries": "SG"}], "status": "16", "suppliers": [{"availability": "21"}]}]
    assert not an_entry({"4": {"status": "04"}, "6": {"supplies": supplies}}).may_sell


@pytest.mark.parametrize(
    ("code", "is_listed", "may_sell"),
    [
        ("21", True, True),
        ("40", True, True),
        ("51", True, True),
        ("01", False, False),
        ("46", False, False),
        ("49", False, False),
    ],
)
def test_what_is_withdrawn_or_recalled_is_not_sold_from_the_shelf(
    code: str, is_listed: bool, may_sell: bool
) -> None:
    entry = an_entry(supplied(availability=code))
    assert (entry.is_listed, entry.may_sell, entry.supply) == (is_listed, may_sell, code)


def test_a_book_for_other_countries_is_not_sold() -> None:
    assert not an_entry({"4": {"rights": [{"type": "01", "territory": {"countries": "US"}}]}}).may_sell


def test_a_retired_book_keeps_its_last_words_and_is_not_sold() -> None:
    entry = derive_book(ISBN, [{"1": {"title": "Emma"}}], {}, SINGAPORE, NOW, is_retired=True)
    assert (entry.title, entry.is_listed, entry.may_sell) == ("Emma", False, False)


def test_a_book_of_which_nothing_is_said_is_not_shown() -> None:
    entry = derive_book(ISBN, [], {}, SINGAPORE, NOW)
    assert (entry.is_listed, entry.supply, entry.price_minor) == (False, "", 0)


MIDNIGHT = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("blocks", "on_sale"),
    [
        (dated("01", "2026-12-04"), MIDNIGHT),
        (dated("02", "2026-12-04"), MIDNIGHT),
        (
            {"4": {"dates": [{"role": "01", "date": "2026-12-01"}, {"role": "02", "date": "2026-12-04"}]}},
            MIDNIGHT,
        ),
        (
            {"4": {"dates": [{"role": "01", "date": "2026-12-09"}, {"role": "02", "date": "2026-12-04"}]}},
            MIDNIGHT,
        ),
        (dated("01", "2026-11-25"), None),
        (dated("01", "2026-12"), None),
        (dated("01", "2027"), None),
        (dated("02", "2026-11-25"), None),
        (dated("02", "2026-12"), datetime(2026, 12, 30, 16, 0, tzinfo=UTC)),
        (dated("02", "9999-12-31"), datetime(9998, 12, 30, 16, 0, tzinfo=UTC)),
        (dated("02", "0001-01-01"), None),
        (
            {**dated("02", "2026-12-24"), **supplied(dates=[{"role": "02", "date": "2026-12-04"}])},
            MIDNIGHT,
        ),
        (
            {
                **dated("02", "2026-12-24"),
                "6": {"supplies": [{"dates": [{"role": "02", "date": "2026-12-04"}], "suppliers": [{}]}]},
            },
            MIDNIGHT,
        ),
        ({}, None),
    ],
)
def test_a_sale_begins_at_midnight_on_the_shops_clock(blocks: Blocks, on_sale: datetime | None) -> None:
    assert an_entry(blocks).on_sale == on_sale


def test_midnight_is_that_of_the_market() -> None:
    new_york = Market("US", "USD", "America/New_York")
    assert an_entry(dated("02", "2026-12-04"), market=new_york).on_sale == datetime(
        2026, 12, 4, 5, 0, tzinfo=UTC
    )
    # already tomorrow in Singapore, not yet in New York
    late = datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
    assert an_entry(dated("02", "2026-12-04"), now=late).on_sale is None
    assert an_entry(dated("02", "2026-12-04"), now=late, market=new_york).on_sale is not None


def test_preorders_begin_at_midnight_too() -> None:
    assert an_entry(dated("27", "2026-12-04")).preorders_from == MIDNIGHT
    assert an_entry(dated("27", "2026-11-01")).preorders_from is None


def test_copies_are_expected_until_their_day_is_over() -> None:
    for day, expected in (
        ("2026-11-25", "2026-11-25"),
        ("2026-11", "2026-11"),
        ("2026-11-24", ""),
        ("2026-10", ""),
    ):
        assert an_entry(supplied(dates=[{"role": "08", "date": day}])).expected == expected


@pytest.mark.parametrize(
    ("blocks", "day"),
    [
        (dated("01", "2026-12-04"), date(2026, 12, 4)),
        (dated("01", "2027-02"), date(2027, 2, 1)),
        (dated("02", "2026-12"), date(2026, 12, 1)),
        (dated("27", "2026-12-01"), date(2026, 12, 1)),
        (dated("11", "2026-12-01"), None),
        (dated("01", "2020-12-04"), None),
        (supplied({"type": "02", "amount": "9", "currency": "SGD", "since": "2027-01-01"}), date(2027, 1, 1)),
        (supplied({"type": "02", "amount": "9", "currency": "SGD", "until": "2026-12-31"}), date(2027, 1, 1)),
        (supplied({"type": "02", "amount": "9", "currency": "SGD", "until": "2026-11-24"}), None),
        (supplied({"type": "05", "amount": "9", "currency": "SGD", "since": "2027-01-01"}), None),
        (supplied({"type": "02", "amount": "9", "currency": "USD", "since": "2027-01-01"}), None),
        (supplied(dates=[{"role": "08", "date": "2026-12"}]), date(2027, 1, 1)),
        (
            {**dated("01", "2026-12-04"), **supplied(dates=[{"role": "08", "date": "2026-11-29"}])},
            date(2026, 11, 30),
        ),
        ({}, None),
    ],
)
def test_a_book_knows_when_it_has_to_be_looked_at_again(blocks: Blocks, day: date | None) -> None:
    assert an_entry(blocks).changes_on == day


@given(
    st.dates(date(2026, 11, 26), date(2028, 1, 1)),
    st.dates(date(2026, 11, 26), date(2028, 1, 1)),
    st.dates(date(2026, 11, 26), date(2028, 1, 1)),
)
def test_nothing_changes_before_the_day_that_was_named(since: date, until: date, embargo: date) -> None:
    dollars = {"type": "02", "currency": "SGD"}
    old = {**dollars, "amount": "9.00", "until": until.isoformat()}
    new = {**dollars, "amount": "8.00", "since": since.isoformat()}
    blocks = {**dated("02", embargo.isoformat()), **supplied(old, new)}
    first = an_entry(blocks)
    assert first.changes_on
    noon = datetime(first.changes_on.year, first.changes_on.month, first.changes_on.day, 4, tzinfo=UTC)
    for now in (NOW, noon.replace(hour=0), noon):
        later = an_entry(blocks, now=now)
        is_due = now.astimezone(SINGAPORE.zone).date() >= first.changes_on
        assert is_due or later == first


def test_the_booksellers_words_stand_over_all() -> None:
    blocks: Blocks = {"2": {"texts": [{"type": "03", "text": "Theirs."}]}, "4": {"publisher": "Murray"}}
    entry = an_entry(
        blocks,
        title=" Ours ",
        description="<p>Ours<script>x</script></p>",
        price_minor="1234",
        publisher="Zoë & Sons",
        is_listed="0",
        category="poetry",
    )
    assert (entry.title, entry.details.description, entry.blurb) == ("Ours", "<p>Ours</p>", "Ours")
    assert (entry.price_minor, entry.publisher_key, entry.is_listed, entry.category) == (
        1234,
        "zoe-sons",
        False,
        "poetry",
    )


def test_edits_that_mean_nothing_change_nothing() -> None:
    entry = an_entry({})
    assert (
        apply_overrides(
            entry,
            {"isbn": "x", "price_minor": "much", "category": "nowhere", "is_listed": "?", "rating": "5"},
        )
        == entry
    )


def test_every_overridable_field_is_a_field() -> None:
    assert set(OVERRIDABLE_FIELDS) <= {*ROW_FIELDS, *DETAIL_FIELDS}


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
                "form_details": st.lists(CODES),
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
