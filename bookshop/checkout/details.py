"""Who an order is for and where it goes: the checkout form, its errors and what it doubts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bookshop.addresses.address import Address
from bookshop.addresses.country_rules import country_rules
from bookshop.orders.email_address import email_key
from bookshop.orders.order import Delivery, Order
from bookshop.trade.typed_text import normalize_code, normalize_line

MAX_FIELD_CHARS = 200
REQUIRED = ("email", "name", "delivery")
# in the form's own sequence
ADDRESS_FIELDS = ("street", "unit", "city", "region", "postcode", "country")
CODES = ("email", "delivery", "postcode", "country")


@dataclass(frozen=True, slots=True)
class CheckoutDetails:
    """The checkout form as it was typed."""

    email: str = ""
    name: str = ""
    delivery: str = Delivery.DELIVER
    street: str = ""
    unit: str = ""
    city: str = ""
    region: str = ""
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
        return Address(**{field: getattr(self, field) for field in ADDRESS_FIELDS})

    @property
    def doubtful_part(self) -> str:
        """The part of the address that may be doubted; the form sends it back to confirm it."""
        return "|".join((self.country, self.region, self.postcode))


def parse_details(form: Mapping[str, str]) -> CheckoutDetails:
    """Read the form without invisible characters and needless spaces."""
    typed = {field: form.get(field, "") for field in CheckoutDetails.__dataclass_fields__}
    return CheckoutDetails(
        **{
            field: normalize_code(text) if field in CODES else normalize_line(text)
            for field, text in typed.items()
        }
    )


def find_field_errors(details: CheckoutDetails, countries: Collection[str]) -> dict[str, str]:
    """Return the error of each wrong field, in the form's own sequence."""
    fields = REQUIRED + ADDRESS_FIELDS if details.is_delivered else REQUIRED
    # without a country nothing more is known to be required
    of_country = country_rules(details.country).required if details.country else ()
    required = {*REQUIRED, "street", "country", *of_country}
    errors = {
        field: _find_error(field, getattr(details, field), countries, is_required=field in required)
        for field in fields
    }
    return {field: error for field, error in errors.items() if error}


def _find_error(field: str, value: str, countries: Collection[str], *, is_required: bool) -> str:
    if not value:
        return "missing" if is_required else ""
    if len(value) > MAX_FIELD_CHARS:
        return "long"
    match field:
        case "email":
            return _find_email_error(value)
        case "delivery":
            return "" if value in tuple(Delivery) else "missing"
        case "country":
            return "" if value in countries else "country"
    return ""


def find_doubtful_fields(details: CheckoutDetails) -> tuple[str, ...]:
    """Return the fields of the address that are not as the country's rules know them."""
    if not details.is_delivered:
        return ()
    rules = country_rules(details.country)
    is_known = {
        "region": not details.region or rules.knows_region(details.region),
        "postcode": not details.postcode or rules.knows_postcode(details.postcode),
    }
    return tuple(field for field, known in is_known.items() if not known)


def _find_email_error(email: str) -> str:
    return "" if email_key(email) else "unfinished"


def details_of(order: Order) -> CheckoutDetails:
    """Return what was typed for an order, to be changed."""
    address = order.address or Address("", "", "", "")
    return CheckoutDetails(
        order.email,
        order.name,
        order.delivery,
        **{field: getattr(address, field) for field in ADDRESS_FIELDS},
    )
