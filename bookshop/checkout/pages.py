"""The pages of the checkout: details form, payment page and notices of what is unavailable."""

from dataclasses import dataclass
from typing import Any

from babel import Locale
from quart import Response, url_for
from quart.typing import ResponseReturnValue

from bookshop.basket.basket import Quote
from bookshop.basket.session import save_basket
from bookshop.checkout.details import CheckoutDetails
from bookshop.checkout.offer import CheckoutOffer, limit_to_available
from bookshop.checkout.pending_payment import PendingPayment
from bookshop.checkout.session import single_item
from bookshop.database import Database
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings
from bookshop.web.pages import page, post_response


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the checkout's routes need; `countries` are (code, name)."""

    database: Database
    gateway: Gateway
    settings: Settings
    countries: tuple[tuple[str, str], ...]


def create_checkout(database: Database, gateway: Gateway, settings: Settings) -> Checkout:
    """Return the checkout with the names of the countries that the shop delivers to."""
    names = Locale("en").territories
    countries = tuple((code, names[code]) for code in settings.shop_delivery_countries)
    return Checkout(database, gateway, settings, countries)


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """The details form as shown or sent: its books, the order's token and what was typed."""

    item: str
    quote: Quote
    details: CheckoutDetails
    token: str


def form_page(
    checkout: Checkout,
    form: DetailsForm,
    status: int = 200,
    form_error: str = "",
    field_errors: dict[str, str] | None = None,
) -> Response:
    """Show the details form."""
    return page(
        "checkout/details.html",
        "checkout",
        status,
        form=form.details,
        field_errors=field_errors or {},
        form_error=form_error,
        basket=form.quote,
        item=form.item,
        order_token=form.token,
        countries=checkout.countries,
    )


def pay_page(checkout: Checkout, pending: PendingPayment) -> ResponseReturnValue:
    """Show the payment page."""
    return page("checkout/pay.html", "checkout", **pay_values(checkout, pending))


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
        "is_hosted": pending.is_hosted,
        "publishable_key": checkout.settings.stripe_publishable_key,
        "return_url": f"{checkout.settings.shop_url}{url_for('payments.success')}",
        "item": single_item(pending.order),
    }


def unavailable_page(item: str, offer: CheckoutOffer) -> Response:
    """Show why nothing can be bought: an empty basket, no copies, or no such book."""
    reason = "empty" if not item else "out" if offer.quote.lines else "missing"
    status = {"empty": 200, "out": 409, "missing": 404}[reason]
    book = offer.quote.lines[0].book if offer.quote.lines else None
    values: dict[str, Any] = {"reason": reason, "book": book, "suggestions": offer.suggestions}
    return page("checkout/unavailable.html", "checkout", status, **values)


def out_of_stock_page(item: str, offer: CheckoutOffer) -> Response:
    """Limit the basket to what is available, and show what has changed."""
    if item:
        return unavailable_page(item, offer)
    save_basket(limit_to_available(offer.quote))
    return page("checkout/out_of_stock.html", "checkout", 409, basket=offer.quote, item=item)
