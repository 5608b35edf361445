"""Who an order is for and where it goes: what was typed, checked."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from bookshop.orders.order import Address, Delivery, Order

LONGEST = 200
REQUIRED = ("email", "name", "delivery")
REQUIRED_TO_DELIVER = ("address", "city", "postcode", "country")
INVISIBLE = re.compile(r"[\x00-\x1f\x7f]")
# where a wrong postcode can be told from a right one by its shape; elsewhere any is taken
POSTCODES = {"SG": re.compile(r"[0-9]{3} ?[0-9]{3}")}


@dataclass(frozen=True, slots=True)
class CheckoutDetails:
    """The checkout form as it was typed."""

    email: str = ""
    name: str = ""
    delivery: str = Delivery.DELIVER
    address: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""

    @property
    def is_delivered(self) -> bool:
        """Whether a parcel is to be sent."""
        return self.delivery == Delivery.DELIVER

    @property
    def parcel_address(self) -> Address | None:
        """Where the parcel goes, if there is one."""
        if not self.is_delivered:
            return None
        return Address(self.address, self.city, self.postcode, self.country)


def read_details(form: Mapping[str, str]) -> CheckoutDetails:
    """What was typed, without the spaces around it and what cannot be seen."""
    typed = {name: INVISIBLE.sub(" ", form.get(name, "")) for name in CheckoutDetails.__dataclass_fields__}
    return CheckoutDetails(**{name: " ".join(text.split()) for name, text in typed.items()})


def find_field_errors(details: CheckoutDetails, countries: Collection[str]) -> dict[str, str]:
    """What is wrong, field by field, in the order in which the form asks; empty when all is well."""
    asked = REQUIRED + REQUIRED_TO_DELIVER if details.is_delivered else REQUIRED
    found = {field: _find_problem(details, field, countries) for field in asked}
    return {field: problem for field, problem in found.items() if problem}


def _find_problem(details: CheckoutDetails, field: str, countries: Collection[str]) -> str:
    value: str = getattr(details, field)
    if not value:
        return "missing"
    if len(value) > LONGEST:
        return "long"
    match field:
        case "email":
            return _find_email_problem(value)
        case "delivery":
            return "" if value in tuple(Delivery) else "missing"
        case "postcode":
            pattern = POSTCODES.get(details.country)
            return "postcode" if pattern and not pattern.fullmatch(value) else ""
        case "country":
            return "" if value in countries else "country"
    return ""


def _find_email_problem(email: str) -> str:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return "unfinished"
    return ""


def details_of(order: Order) -> CheckoutDetails:
    """What was typed for an order, to be changed."""
    address = order.address or Address("", "", "", "")
    return CheckoutDetails(
        email=order.email,
        name=order.name,
        delivery=order.delivery,
        address=address.street,
        city=address.city,
        postcode=address.postcode,
        country=address.country,
    )
