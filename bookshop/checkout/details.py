"""Who an order is for and where it goes: the checkout form and its errors."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from bookshop.orders.order import Address, Delivery, Order

MAX_FIELD_CHARS = 200
REQUIRED = ("email", "name", "delivery")
REQUIRED_TO_DELIVER = ("address", "city", "postcode", "country")
CONTROL_CHARS = re.compile(r"[\x00-\x1f\x7f]")
# countries whose postcodes have one shape; elsewhere any postcode is accepted
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
        """Where the parcel goes; None when the books are collected."""
        if not self.is_delivered:
            return None
        return Address(self.address, self.city, self.postcode, self.country)


def parse_details(form: Mapping[str, str]) -> CheckoutDetails:
    """Read the form without invisible characters and needless spaces."""
    typed = {
        name: CONTROL_CHARS.sub(" ", form.get(name, "")) for name in CheckoutDetails.__dataclass_fields__
    }
    return CheckoutDetails(**{name: " ".join(text.split()) for name, text in typed.items()})


def find_field_errors(details: CheckoutDetails, countries: Collection[str]) -> dict[str, str]:
    """Return the error of each wrong field, in the form's own sequence."""
    required = REQUIRED + REQUIRED_TO_DELIVER if details.is_delivered else REQUIRED
    errors = {field: _find_error(details, field, countries) for field in required}
    return {field: error for field, error in errors.items() if error}


def _find_error(details: CheckoutDetails, field: str, countries: Collection[str]) -> str:
    value: str = getattr(details, field)
    if not value:
        return "missing"
    if len(value) > MAX_FIELD_CHARS:
        return "long"
    match field:
        case "email":
            return _find_email_error(value)
        case "delivery":
            return "" if value in tuple(Delivery) else "missing"
        case "postcode":
            pattern = POSTCODES.get(details.country)
            return "postcode" if pattern and not pattern.fullmatch(value) else ""
        case "country":
            return "" if value in countries else "country"
    return ""


def _find_email_error(email: str) -> str:
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        return "unfinished"
    return ""


def details_of(order: Order) -> CheckoutDetails:
    """Return what was typed for an order, to be changed."""
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
