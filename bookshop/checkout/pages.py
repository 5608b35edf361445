"""The pages of the checkout: details form, payment page and notices of what is unavailable."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from babel import Locale
from quart import Response, url_for
from quart.typing import ResponseReturnValue

from bookshop.addresses.country_rules import country_rules
from bookshop.basket.basket import BasketLine, Quote
from bookshop.checkout.address_labels import address_labels
from bookshop.checkout.details import CheckoutDetails, find_doubtful_fields
from bookshop.checkout.offer import CheckoutOffer
from bookshop.checkout.pending_payment import PendingPayment
from bookshop.checkout.refusal import AMOUNT_ERRORS, is_email_refused
from bookshop.database import Database
from bookshop.money import max_charge, min_charge
from bookshop.orders.reservation import find_pending_end
from bookshop.orders.token_bucket import TokenBucket
from bookshop.payments.errors import RequestRefused
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings
from bookshop.web.pages import page, post_response

# how soon a page that waits asks again; another window begins every ten seconds
WAIT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the checkout's routes need; `countries` are (code, name).

    `may_read` returns whether this process may read a payment from Stripe for a shopper now, and
    `may_open` whether it may open one.
    """

    database: Database
    gateway: Gateway
    settings: Settings
    countries: tuple[tuple[str, str], ...]
    may_read: Callable[[], bool]
    may_open: Callable[[], bool]


def create_checkout(
    database: Database, gateway: Gateway, settings: Settings, may_read: Callable[[], bool]
) -> Checkout:
    """Return the checkout with the names of the countries that the shop delivers to."""
    names = Locale("en").territories
    countries = tuple((code, names[code]) for code in settings.shop_delivery_countries)
    return Checkout(database, gateway, settings, countries, may_read, TokenBucket().take)


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """The details form as shown or sent: its books, the order's token and what was typed.

    `confirmed` is the part of the address that was doubted before and is not doubted again.
    """

    item: str
    quote: Quote
    shortages: tuple[BasketLine, ...]
    details: CheckoutDetails
    token: str
    confirmed: str = ""

    @property
    def doubtful_fields(self) -> tuple[str, ...]:
        """The fields of the address that the shopper has yet to confirm."""
        is_confirmed = self.confirmed == self.details.doubtful_part
        return () if is_confirmed else find_doubtful_fields(self.details)


def form_page(
    checkout: Checkout,
    form: DetailsForm,
    status: int = 200,
    form_error: str = "",
    field_errors: dict[str, str] | None = None,
) -> Response:
    """Show the details form; sending it again confirms what it doubts."""
    details = form.details
    return page(
        "checkout/details.html",
        "checkout",
        status,
        form=details,
        field_errors=field_errors or {},
        doubtful_fields=form.doubtful_fields,
        confirmed=details.doubtful_part if find_doubtful_fields(details) else "",
        rules=country_rules(details.country),
        address_labels=address_labels(checkout.settings.shop_delivery_countries),
        form_error=form_error,
        least=min_charge(checkout.settings.shop_currency),
        most=max_charge(checkout.settings.shop_currency),
        basket=form.quote,
        shortages=form.shortages,
        item=form.item,
        order_token=form.token,
        payments_off=checkout.gateway.key_state.is_rejected,
        countries=checkout.countries,
    )


def refused_page(checkout: Checkout, form: DetailsForm, refused: RequestRefused) -> Response:
    """Show the details form with the reason why Stripe refuses the payment."""
    if is_email_refused(refused):
        return form_page(checkout, form, 422, field_errors={"email": "unfinished"})
    if amount_error := AMOUNT_ERRORS.get(refused.code):
        return form_page(checkout, form, 422, amount_error)
    return form_page(checkout, form, 502, "refused")


def pay_page(checkout: Checkout, pending: PendingPayment) -> ResponseReturnValue:
    """Show the payment page; one that waits for its turn loads itself again."""
    response = page("checkout/pay.html", "checkout", **pay_values(checkout, pending))
    if pending.is_waiting:
        response.headers["Refresh"] = str(WAIT_SECONDS)
    return response


def pay_response(checkout: Checkout, pending: PendingPayment) -> ResponseReturnValue:
    """Respond to a form with the payment page: a redirect, or its fragment for htmx."""
    location = url_for("checkout.pay", token=pending.order.token)
    response = post_response(location, "checkout/pay.html", "checkout", **pay_values(checkout, pending))
    response.headers["HX-Push-Url"] = location
    return response


def pay_values(checkout: Checkout, pending: PendingPayment) -> dict[str, Any]:
    """Return the variables of the payment page."""
    return {
        "order": pending.order,
        "client_secret": pending.client_secret,
        "payments_off": checkout.gateway.key_state.is_rejected,
        "is_hosted": pending.is_hosted,
        "is_waiting": pending.is_waiting,
        "publishable_key": checkout.settings.stripe_publishable_key,
        "return_url": f"{checkout.settings.shop_url}{url_for('payments.success')}",
        "item": pending.order.single_item,
        "reserved_until": find_pending_end(pending.order, checkout.settings.reservation_time),
    }


def unavailable_page(item: str, offer: CheckoutOffer) -> Response:
    """Show why nothing can be bought: an empty basket, no copies, or no such book."""
    short = offer.shortages
    reason = ("out" if item else "all_out") if short else ("missing" if item else "empty")
    status = {"empty": 200, "missing": 404}.get(reason, 409)
    book = short[0].book if short else None
    values: dict[str, Any] = {"reason": reason, "book": book, "suggestions": offer.suggestions}
    return page("checkout/unavailable.html", "checkout", status, **values)
