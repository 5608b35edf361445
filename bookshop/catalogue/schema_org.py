"""Describe a book to search engines: https://schema.org/Book and https://schema.org/Offer."""

import json
from typing import Any

from markupsafe import Markup

from bookshop.catalogue.book import Book, Contributor
from bookshop.money import decimal_text
from bookshop.trade.availability import AvailabilityKind, UnavailableReason
from bookshop.trade.contributor_roles import find_role
from bookshop.trade.product_forms import find_form

SCHEMA = "https://schema.org"
AVAILABILITY_BY_KIND = {
    AvailabilityKind.SHELF: "InStock",
    AvailabilityKind.ORDER: "BackOrder",
    AvailabilityKind.PREORDER: "PreOrder",
}
PERMANENT_REASONS = frozenset(
    {UnavailableReason.DISCONTINUED, UnavailableReason.REPLACED, UnavailableReason.NOT_FOR_SALE}
)
# characters that could end the script or begin another one
ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def describe_book(
    book: Book, url: str, picture_url: str, language: str, shop_name: str, contributor_urls: dict[str, str]
) -> dict[str, Any]:
    """Return a book with its offer; URLs are absolute, those of contributors by their keys."""
    description = {
        "@context": SCHEMA,
        "@type": "Book",
        "@id": url,
        "url": url,
        "name": book.title,
        "alternativeHeadline": book.subtitle,
        "isbn": book.isbn,
        "image": picture_url,
        "description": book.blurb,
        "bookFormat": _book_format(book.form),
        "bookEdition": book.details.edition,
        "numberOfPages": book.pages,
        "typicalAgeRange": _age_range(book.details.ages),
        "inLanguage": language,
        "datePublished": book.published,
        "publisher": {"@type": "Organization", "name": book.publisher} if book.publisher else None,
        "isPartOf": {"@type": "BookSeries", "name": book.series} if book.series else None,
        "position": book.series_number,
        **_contributors_by_property(book.contributors, contributor_urls),
        "offers": _offer_of(book, url, shop_name),
    }
    return {name: value for name, value in description.items() if value}


def _book_format(form: str) -> str:
    name = find_form(form).schema_org
    return f"{SCHEMA}/{name}" if name else ""


def _age_range(ages: str) -> str:
    """Return ages as https://schema.org/typicalAgeRange has them, such as 8-12, 12- or -3."""
    return ages.replace("up to ", "-").replace("–", "-").replace("+", "-")


def _contributors_by_property(
    contributors: tuple[Contributor, ...], urls: dict[str, str]
) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for contributor in contributors:
        person = {"@type": "Person", "name": contributor.name}
        if contributor.key in urls:
            person["url"] = urls[contributor.key]
        groups.setdefault(find_role(contributor.role).schema_org, []).append(person)
    return groups


def _offer_of(book: Book, url: str, shop_name: str) -> dict[str, Any] | None:
    availability = book.availability
    if not book.price or availability.reason is UnavailableReason.NOT_FOR_SALE:
        return None
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": url,
        "price": decimal_text(book.price),
        "priceCurrency": book.price.currency,
        "availability": availability_of(book),
        "itemCondition": f"{SCHEMA}/NewCondition",
        "seller": {"@type": "BookStore", "name": shop_name},
    }
    if availability.not_before:
        offer["availabilityStarts"] = availability.not_before.isoformat()
    return offer


def availability_of(book: Book) -> str:
    """Return a member of https://schema.org/ItemAvailability."""
    availability = book.availability
    if availability.can_be_bought:
        return f"{SCHEMA}/{AVAILABILITY_BY_KIND[availability.kind]}"
    return f"{SCHEMA}/{'Discontinued' if availability.reason in PERMANENT_REASONS else 'OutOfStock'}"


def as_script(description: dict[str, Any]) -> Markup:
    """Return a description as the text of a script element, which it cannot end."""
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(ESCAPES))  # noqa: S704 - every character with a meaning in HTML is escaped
