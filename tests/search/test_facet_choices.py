"""The choices of facets, the filters that are set, and that counts are honest."""

from bookshop.search.facet import Facet
from bookshop.search.facet_choices import ValueNames, chosen_filters, facet_groups
from bookshop.search.filters import Filters

COUNTS: dict[str, int | None] = {
    Facet.CATEGORY.token("poetry"): 2,
    Facet.CATEGORY.token("fiction"): 3,
    Facet.FORM.token("paperback"): 5,
    Facet.AVAILABILITY.token("shelf"): 4,
    Facet.AVAILABILITY.token("order"): 1,
    Facet.LANGUAGE.token("eng"): 1,
    Facet.LANGUAGE.token("ger"): 4,
    Facet.PRICE.token("1"): 2,
    Facet.PRICE.token("5"): 3,
}


def test_choices_come_in_the_shops_order_and_languages_by_size() -> None:
    groups = facet_groups(Filters(), COUNTS, 5, ValueNames("SGD"))
    assert {group.name: [(choice.name, choice.books) for choice in group.choices] for group in groups} == {
        "Subject": [("All subjects", None), ("Fiction", 3), ("Poetry & drama", 2)],
        "Availability": [("Any availability", None), ("On our shelves", 4), ("Available to order", 1)],
        "Language": [("All languages", None), ("German", 4), ("English", 1)],
        "Price": [("Any price", None), ("Under S$10.00", 2), ("S$50.00 and more", 3)],
    }


def test_what_was_not_counted_has_no_number() -> None:
    groups = facet_groups(
        Filters(),
        {Facet.FORM.token("paperback"): None, Facet.FORM.token("hardback"): None},
        1000,
        ValueNames("SGD"),
    )
    assert [choice.books for choice in groups[0].choices] == [None, None, None]


def test_a_choice_that_is_made_can_be_taken_back() -> None:
    filters = Filters(form="paperback", price="1")
    form, price = (
        group
        for group in facet_groups(
            filters, {Facet.FORM.token("paperback"): 5, Facet.PRICE.token("1"): 5}, 5, ValueNames("SGD")
        )
        if group.name in ("Format", "Price")
    )
    assert [(choice.name, choice.is_chosen) for choice in form.choices] == [
        ("All formats", False),
        ("Paperback", True),
    ]
    assert form.choices[0].filters.arguments == {"price": "1"}
    assert price.choices[0].filters.arguments == {"form": "paperback"}


def test_chips_take_one_filter_away_each() -> None:
    filters = Filters(subject="FBC", language="fre", availability="preorder")
    chips = chosen_filters(filters, ValueNames("SGD", "Classic fiction"))
    assert [(chip.name, list(chip.filters.arguments)) for chip in chips] == [
        ("Classic fiction", ["availability", "language"]),
        ("Pre-order", ["subject", "language"]),
        ("French", ["subject", "availability"]),
    ]


def test_prices_are_bands_in_the_shops_money() -> None:
    groups = facet_groups(
        Filters(), {Facet.PRICE.token("2"): 1, Facet.PRICE.token("1"): 1}, 2, ValueNames("JPY")
    )
    assert [choice.name for choice in groups[0].choices[1:]] == ["Under ¥1,000", "¥1,000 to ¥1,999"]


def test_the_page_offers_the_languages_of_most_books() -> None:
    codes = ("eng", "ger", "fre", "spa", "ita", "dut", "por", "jpn", "chi", "rus", "pol", "swe", "dan")
    counts: dict[str, int | None] = {Facet.LANGUAGE.token(code): n for n, code in enumerate(codes, 1)}
    (languages,) = facet_groups(Filters(), counts, 100, ValueNames("SGD"))
    assert [choice.filters.language for choice in languages.choices[1:]] == [*reversed(codes[1:])]
