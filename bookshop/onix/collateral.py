"""Block 2 of a record: texts about the product, and pictures of its front cover."""

from collections.abc import Iterable
from typing import TypedDict

from bookshop.onix.dates import DATE_RANGE, FROM_DATE, NEVER, UNTIL_DATE, find_date, read_dates
from bookshop.onix.markup import Text
from bookshop.onix.nodes import Node, sequence_of, without_empty
from bookshop.onix.numbers import parse_whole
from bookshop.onix.publishing import Territory

# ONIX code list 154: unrestricted, and end-customers
READER_AUDIENCES = {"00", "03"}
# ONIX code list 153
SHORT_DESCRIPTION, DESCRIPTION, CONTENTS, BIOGRAPHY = "02", "03", "04", "12"
PRIMARY_COVER_COPY, SECONDARY_COVER_COPY, ABSTRACT = "05", "27", "30"
TEXT_TYPES = frozenset(
    {SHORT_DESCRIPTION, DESCRIPTION, CONTENTS, BIOGRAPHY, PRIMARY_COVER_COPY, SECONDARY_COVER_COPY, ABSTRACT}
)
# ONIX code lists 158 and 159
FRONT_COVER, IMAGE = "01", "03"
# ONIX code list 161
DOWNLOADABLE = "02"
# ONIX code lists 162 and 155
PIXEL_HEIGHT, LAST_UPDATED = "02", "17"
# a file that may be downloaded from a day may also be shown from then, if nothing else is said
AVAILABLE_FROM = "27"
SHOWN_FROM_ROLES = frozenset({FROM_DATE, DATE_RANGE, AVAILABLE_FROM})
SHOWN_UNTIL_ROLES = frozenset({UNTIL_DATE, DATE_RANGE})
MAX_LINK_CHARS = 2000


class ShownContent(TypedDict, total=False):
    """When and where something may be shown.

    `since` and `until` are days as in RoleDate, both included.
    """

    since: str
    until: str
    territory: Territory


class TextContent(Text, ShownContent, total=False):
    """A text about the product: `type` is of list 153."""

    type: str


class CoverResource(ShownContent, total=False):
    """The address of a picture of the front cover; `updated` is a date as in RoleDate."""

    link: str
    updated: str


class CollateralBlock(TypedDict, total=False):
    """Block 2: texts that are meant for readers, and the covers with the best link first."""

    texts: list[TextContent]
    covers: list[CoverResource]


def read_collateral(node: Node, defaults: Node) -> Node:
    """Return a CollateralBlock."""
    return without_empty(
        texts=_read_texts(node.get("texts", ())), covers=_read_covers(node.get("resources", ()))
    )


def _read_texts(texts: Iterable[Node]) -> list[Node]:
    return [
        {"type": text["type"], **text["text"], **_read_limits(text, text)}
        for text in sorted(texts, key=sequence_of)
        if text.get("type") in TEXT_TYPES and text.get("text") and _is_for_readers(text)
    ]


def _is_for_readers(node: Node) -> bool:
    audience = node.get("audience")
    return not audience or not READER_AUDIENCES.isdisjoint(audience)


def _read_covers(resources: Iterable[Node]) -> list[Node]:
    found = []
    for resource in resources:
        if resource.get("type") == FRONT_COVER and resource.get("mode", IMAGE) == IMAGE:
            versions = resource.get("versions", ()) if _is_for_readers(resource) else ()
            found += [
                (version, _read_limits(version, resource))
                for version in versions
                if is_link(version.get("link", ""))
            ]
    found.sort(key=lambda one: (one[0].get("form") != DOWNLOADABLE, -_pixel_height(one[0])))
    return [
        without_empty(link=version["link"], updated=_last_updated(version), **limits)
        for version, limits in found
    ]


def _read_limits(dated: Node, placed: Node) -> Node:
    """Return a ShownContent from the nodes that have its dates and its territory.

    Content is shown when all of its dates allow it, and never if the first of these cannot be read.
    """
    if "dates" not in dated and "territory" not in placed:
        return {}
    dates = dated.get("dates", ())
    first = [one.get("date", NEVER) for one in dates if one.get("role") in SHOWN_FROM_ROLES]
    last = [
        one.get("last", one["date"])
        for one in dates
        if one.get("role") in SHOWN_UNTIL_ROLES and "date" in one
    ]
    return without_empty(
        since=max(first, default=""), until=min(last, default=""), territory=placed.get("territory")
    )


def is_link(text: str) -> bool:
    """Whether a text can be the address of a picture on the web."""
    return (
        text.lower().startswith(("https://", "http://")) and len(text) <= MAX_LINK_CHARS and " " not in text
    )


def _pixel_height(version: Node) -> int:
    for feature in version.get("features", ()):
        if feature.get("type") == PIXEL_HEIGHT:
            return parse_whole(feature.get("value", "")) or 0
    return 0


def _last_updated(version: Node) -> str:
    return find_date(read_dates(version.get("dates", ())), LAST_UPDATED)
