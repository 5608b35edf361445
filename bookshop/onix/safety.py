"""The contact for a product's safety, which the European Union's GPSR asks for."""

from collections.abc import Iterable
from typing import TypedDict

from bookshop.onix.nodes import Node, without_empty

# ONIX code list 198
SAFETY_ROLE = "10"


class SafetyContact(TypedDict, total=False):
    """Who is responsible for the product's safety."""

    name: str
    address: str
    email: str


def read_safety_contact(contacts: Iterable[Node]) -> Node:
    """Return the first SafetyContact among a product's contacts, or an empty one."""
    for contact in contacts:
        if contact.get("role") == SAFETY_ROLE:
            town = " ".join(contact[part] for part in ("postcode", "place") if part in contact)
            address = ", ".join(filter(None, (contact.get("street"), town, contact.get("country"))))
            name = contact.get("name") or contact.get("contact")
            return without_empty(name=name, address=address, email=contact.get("email"))
    return {}
