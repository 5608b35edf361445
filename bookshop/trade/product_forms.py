"""ONIX code list 150: what a product is, such as a paperback or a calendar."""

from dataclasses import dataclass
from functools import cache

from bookshop.trade.code_lists import read_code_list

# by the slug in an address, in the order of the format filter
FORM_GROUPS = {
    "hardback": "Hardback",
    "paperback": "Paperback",
    "board": "Board and novelty books",
    "audio": "Audiobook",
    "digital": "E-book",
    "other": "Other",
}


@dataclass(frozen=True, slots=True)
class ProductForm:
    """What all products of a form have in common.

    `group` is a key of FORM_GROUPS; `schema_org` of https://schema.org/BookFormatType.
    """

    name: str = "Book"
    group: str = "other"
    schema_org: str = ""
    is_digital: bool = False
    is_trade_only: bool = False


UNKNOWN_FORM = ProductForm()


@cache
def product_forms() -> dict[str, ProductForm]:
    """Return the forms by code; a single letter stands for all other codes with it."""
    return {code: ProductForm(**values) for code, values in read_code_list("product_forms").items()}


def find_form(code: str) -> ProductForm:
    """Return the form of a code, or else that of its first letter."""
    forms = product_forms()
    return forms.get(code) or forms.get(code[:1]) or UNKNOWN_FORM


def form_name(code: str) -> str:
    """Return the English name that shoppers read."""
    return find_form(code).name
