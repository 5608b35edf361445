"""The addresses of the checkout."""

from collections.abc import Callable
from functools import partial

from quart import Blueprint, Response

from bookshop.checkout.context import create_checkout
from bookshop.checkout.details_routes import details, place
from bookshop.checkout.payment_routes import pay, pay_by_card, pay_hosted, show_receipt
from bookshop.checkout.pending_payment import NotPayable
from bookshop.database import Database
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings
from bookshop.web.content_policy import payment_headers
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS


def blueprint(
    database: Database, gateway: Gateway, settings: Settings, may_read: Callable[[], bool]
) -> Blueprint:
    """Mount the checkout: from the basket, or one book, to its payment."""
    checkout = create_checkout(database, gateway, settings, may_read)
    stripe_headers = payment_headers(settings.stripe_js_url, settings.stripe_api_base)
    routes = Blueprint("checkout", __name__)
    routes.add_url_rule("/checkout", "details", partial(details, checkout))
    routes.add_url_rule("/checkout", "place", partial(place, checkout), methods=["POST"])
    routes.add_url_rule("/checkout/<token>", "pay", partial(pay, checkout))
    pay_here = partial(pay_by_card, checkout)
    routes.add_url_rule("/checkout/<token>", "pay_by_card", pay_here, methods=["POST"])
    hosted = partial(pay_hosted, checkout)
    routes.add_url_rule("/checkout/<token>/hosted", "pay_hosted", hosted, methods=["POST"])
    routes.register_error_handler(NotPayable, show_receipt)
    routes.after_request(partial(add_headers, {**PRIVATE_ADDRESS_HEADERS, **stripe_headers}))
    return routes


async def add_headers(headers: dict[str, str], response: Response) -> Response:
    """Allow Stripe's scripts, frames and wallets, and keep the page's address private."""
    response.headers.update(headers)
    return response
