"""Block 4 of a record: who publishes the product, when, and where it may be sold."""

from collections.abc import Iterable
from typing import TypedDict

from bookshop.onix.dates import RoleDate, read_dates
from bookshop.onix.nodes import Node, without_empty
from bookshop.onix.safety import SafetyContact, read_safety_contact

# ONIX code list 45
PUBLISHER_ROLE = "01"


class Territory(TypedDict, total=False):
    """Countries and regions as ONIX lists them: codes with spaces between."""

    countries: str
    regions: str
    not_countries: str
    not_regions: str


class SalesRight(TypedDict, total=False):
    """Where a right of list 46 holds."""

    type: str
    territory: Territory


class PublishingBlock(TypedDict, total=False):
    """Block 4: `status` is of list 64; `row_rights`, of list 46, holds where no right is listed."""

    imprint: str
    publisher: str
    status: str
    dates: list[RoleDate]
    rights: list[SalesRight]
    row_rights: str
    safety: SafetyContact


def read_publishing(node: Node, defaults: Node) -> Node:
    """Return a PublishingBlock."""
    publishers = sorted(node.get("publishers", ()), key=lambda one: one.get("role") != PUBLISHER_ROLE)
    return without_empty(
        imprint=_first_name(node.get("imprints", ())),
        publisher=_first_name(publishers),
        status=node.get("status"),
        dates=read_dates(node.get("dates", ())),
        rights=[right for right in node.get("rights", ()) if "type" in right and "territory" in right],
        row_rights=node.get("row_rights"),
        safety=read_safety_contact(node.get("contacts", ())),
    )


def _first_name(nodes: Iterable[Node]) -> str:
    return next((node["name"] for node in nodes if "name" in node), "")
