"""A postal address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes, as it was typed; `country` is an ISO 3166 code.

    `unit` is the second line of the street's address, `region` a state, a province or the like.
    """

    street: str
    city: str
    postcode: str
    country: str
    unit: str = ""
    region: str = ""
