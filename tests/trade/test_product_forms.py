"""The product forms of ONIX code list 150 and what the shop makes of each."""

import re

import pytest

from bookshop.trade.product_forms import FORM_GROUPS, ProductForm, find_form, form_name, product_forms


def test_every_form_is_a_code_or_the_first_letter_of_some_and_has_a_known_group() -> None:
    assert len(product_forms()) > 30
    for code, form in product_forms().items():
        assert re.fullmatch("[A-Z]{1,2}", code)
        assert form.group in FORM_GROUPS
        assert form.name.strip() == form.name != ""


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("BB", "hardback"),
        ("BC", "paperback"),
        ("BH", "board"),
        ("AJ", "audio"),
        ("EA", "digital"),
        ("PC", "other"),
    ],
)
def test_forms_are_grouped(code: str, group: str) -> None:
    assert find_form(code).group == group


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("BC", "Paperback"),
        ("AZ", "Audiobook"),
        ("PC", "Calendar"),
        ("PZ", "Printed item"),
        ("BA", "Book"),
        ("", "Book"),
    ],
)
def test_a_code_without_a_name_of_its_own_has_that_of_its_kind(code: str, name: str) -> None:
    assert form_name(code) == name


def test_what_cannot_be_carried_home_is_digital() -> None:
    codes = [*("AC", "AJ", "AN", "AO", "AZ", "BB", "EA", "ED", "LA", "PC", "XA", "")]
    assert [code for code in codes if find_form(code).is_digital] == ["AJ", "AN", "AO", "EA", "ED", "LA"]
    assert [code for code in codes if find_form(code).is_trade_only] == ["XA"]


def test_a_form_that_is_not_in_the_list_is_a_book_of_another_format() -> None:
    assert find_form("??") == ProductForm() == ProductForm("Book", "other")
