"""A book in the words of schema.org, for search engines: https://schema.org/Book and https://schema.org/Offer."""

import json
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from bookshop.catalogue.book import Book, Contributor
from bookshop.money import Money, exponent
from bookshop.trade.availability import AvailabilityKind, Reason
from bookshop.trade.contributor_roles import find_role
from bookshop.trade.product_forms import find_form

SCHEMA = "https://schema.org"
BY_KIND = {
    AvailabilityKind.SHELF: "InStock",
    AvailabilityKind.ORDER: "BackOrder",
    AvailabilityKind.PREORDER: "PreOrder",
}
FOR_GOOD = frozenset({Reason.GONE, Reason.REPLACED, Reason.BARRED})
# what would end the script, or begin another, in some browser or other
ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def describe_book(
    book: Book, address: str, picture: str, language: str, shop_name: str, people: dict[str, str]
) -> dict[str, Any]:
    """A book with its offer; all addresses are whole ones, those of people by their keys."""
    said = {
        "@context": SCHEMA,
        "@type": "Book",
        "@id": address,
        "url": address,
        "name": book.title,
        "alternativeHeadline": book.subtitle,
        "isbn": book.isbn,
        "image": picture,
        "description": book.blurb,
        "bookFormat": _format_of(book.form),
        "bookEdition": book.details.edition,
        "numberOfPages": book.pages,
        "inLanguage": language,
        "datePublished": book.published,
        "publisher": {"@type": "Organization", "name": book.publisher} if book.publisher else None,
        "isPartOf": _series_of(book),
        "position": book.series_number,
        **_people_of(book.contributors, people),
        "offers": _offer_of(book, address, shop_name),
    }
    return {name: value for name, value in said.items() if value}


def as_script(said: dict[str, Any]) -> Markup:
    """Data as the text of a script element: nothing in it can end the element."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(ESCAPES))  # noqa: S704 - every character that means something to HTML is escaped


def availability_of(book: Book) -> str:
    """Schema.org's name for what may be bought of a book now."""
    now = book.availability
    if now.can_be_bought:
        return f"{SCHEMA}/{BY_KIND[now.kind]}"
    return f"{SCHEMA}/{'Discontinued' if now.reason in FOR_GOOD else 'OutOfStock'}"


def decimal_text(price: Money) -> str:
    """An amount as a plain number, for example 23.00."""
    return str(Decimal(price.minor).scaleb(-exponent(price.currency)))


def _offer_of(book: Book, address: str, shop_name: str) -> dict[str, Any] | None:
    if not book.price or book.availability.reason is Reason.BARRED:
        return None
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": address,
        "price": decimal_text(book.price),
        "priceCurrency": book.price.currency,
        "availability": availability_of(book),
        "itemCondition": f"{SCHEMA}/NewCondition",
        "seller": {"@type": "BookStore", "name": shop_name},
    }
    if starts := book.availability.not_before:
        offer["availabilityStarts"] = starts.isoformat()
    return offer


def _format_of(form: str) -> str:
    name = find_form(form).schema_org
    return f"{SCHEMA}/{name}" if name else ""


def _series_of(book: Book) -> dict[str, str] | None:
    return {"@type": "BookSeries", "name": book.series} if book.series else None


def _people_of(people: tuple[Contributor, ...], addresses: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for person in people:
        said = {"@type": "Person", "name": person.name}
        if person.key in addresses:
            said["url"] = addresses[person.key]
        groups.setdefault(find_role(person.role).schema_org, []).append(said)
    return groups
