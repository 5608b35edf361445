"""The details form and the payment step."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from quart import Blueprint, Response, abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.basket.basket import Basket
from bookshop.basket.session import basket_id, load_basket, save_basket
from bookshop.catalogue.stock import OutOfStock
from bookshop.checkout.actors import current_actors
from bookshop.checkout.details import CheckoutDetails, details_of, find_field_errors, parse_details
from bookshop.checkout.draft_order import draft_order, new_token
from bookshop.checkout.offer import CheckoutOffer, load_offer
from bookshop.checkout.open_card_payment import open_card_payment
from bookshop.checkout.open_hosted_payment import open_hosted_payment
from bookshop.checkout.order_limit import allow_attempt
from bookshop.checkout.pages import (
    Checkout,
    DetailsForm,
    create_checkout,
    form_page,
    pay_page,
    pay_response,
    refused_page,
    unavailable_page,
)
from bookshop.checkout.pending_payment import NotPayable, PendingPayment, check_payable, read_pending_payment
from bookshop.checkout.place_order import place_order
from bookshop.checkout.refusal import find_amount_error
from bookshop.checkout.session import current_token, remember_order
from bookshop.checkout.unpaid_limit import TooManyUnpaid, unpaid_limit
from bookshop.database import Database, DatabaseUnavailable
from bookshop.orders.attempt_store import claim_page_read
from bookshop.orders.order import CancelReason, Order
from bookshop.orders.reservation import find_pending_end
from bookshop.orders.store import find_order
from bookshop.payments.cancel_order import cancel_never_offered
from bookshop.payments.errors import PaymentError, ProviderUnavailable, RequestRefused
from bookshop.payments.gateway import Gateway, HostedPage
from bookshop.settings import Settings
from bookshop.trade.isbn import parse_isbn
from bookshop.web.content_policy import payment_headers
from bookshop.web.pages import redirect_to
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


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


async def details(checkout: Checkout) -> ResponseReturnValue:
    """Show the details form, filled in with the shopper's unpaid order."""
    item = request.args.get("item", "")
    offer = await load_current_offer(checkout, item, current_token())
    if not offer.quote.lines:
        return unavailable_page(item, offer)
    order = offer.earlier
    token = order.token if order else new_token()
    typed = details_of(order) if order else CheckoutDetails(country=checkout.countries[0][0])
    # what an order was placed with is not doubted again
    confirmed = typed.doubtful_part
    return form_page(checkout, DetailsForm(item, offer.quote, offer.shortages, typed, token, confirmed))


async def place(checkout: Checkout) -> ResponseReturnValue:
    """Check the details form, then place the order."""
    fields = await request.form
    item, typed = fields.get("item", ""), parse_details(fields)
    token = fields["order"] if TOKEN.fullmatch(fields.get("order", "")) else current_token() or new_token()
    offer = await load_current_offer(checkout, item, token)
    form = DetailsForm(item, offer.quote, offer.shortages, typed, token, fields.get("confirmed", ""))
    field_errors = find_field_errors(typed, checkout.settings.shop_delivery_countries)
    form_error = find_form_error(offer, fields.get("quote_fingerprint", ""))
    if field_errors or form_error or form.doubtful_fields:
        status = 409 if form_error in ("changed", "all_out") and offer.shortages else 422
        return form_page(checkout, form, status, form_error, field_errors)
    draft = draft_order(
        offer.quote, typed, token, checkout.settings.reservation_time, "" if item else basket_id()
    )
    if amount_error := find_amount_error(draft.total):
        return form_page(checkout, form, 422, amount_error)
    actors = current_actors(checkout.settings.signing_key, token)
    draft = replace(draft, shopper_hash=actors.shopper, network_hash=actors.network)
    try:
        if not await checkout.database.write(allow_attempt, actors, checkout.settings.max_orders_per_hour):
            return form_page(checkout, form, 429, "limit")
        return await place_draft(checkout, form, draft)
    except DatabaseUnavailable:
        return form_page(checkout, form, 503, "busy")


def find_form_error(offer: CheckoutOffer, fingerprint: str) -> str:
    """Return why nothing can be bought, or "changed" if the shopper has not seen this quote."""
    if not offer.quote.lines:
        return "all_out" if offer.shortages else "empty"
    return "changed" if fingerprint != offer.quote.fingerprint else ""


async def place_draft(checkout: Checkout, form: DetailsForm, draft: Order) -> ResponseReturnValue:
    """Place the order and show its payment page, or the form again with what went wrong."""
    try:
        limit = unpaid_limit(checkout.settings)
        pending = await place_order(checkout.database, checkout.gateway, draft, current_token(), limit)
    except OutOfStock:
        offer = await load_current_offer(checkout, form.item, form.token)
        # copies are gone, or can still be ordered in although the form promised them from the shelf
        changed = replace(form, quote=offer.quote, shortages=offer.shortages)
        return form_page(checkout, changed, 409, "changed" if offer.quote.lines else "all_out")
    except TooManyUnpaid:
        return form_page(checkout, form, 429, "unpaid")
    except ProviderUnavailable:
        return form_page(checkout, form, 503, "unavailable")
    except RequestRefused as refused:
        return refused_page(checkout, form, refused)
    remember_order(pending.order.token, form.token)
    if form.shortages and not form.item:
        save_basket(Basket({line.book.isbn: line.quantity for line in form.quote.lines}))
    return pay_response(checkout, pending)


async def pay(checkout: Checkout, token: str) -> ResponseReturnValue:
    """Show the payment page; it creates nothing at Stripe, and seldom reads it."""
    order = await checkout.database.read(find_order, token) or abort(404)
    check_payable(order)
    if order.attempt.is_superseded or not order.attempt.payment_id:
        return pay_page(checkout, PendingPayment(order, ""))
    if not await may_read_page(checkout, order):
        return pay_page(checkout, waiting_payment(order))
    try:
        return pay_page(checkout, await read_pending_payment(checkout.database, checkout.gateway, order))
    except PaymentError:
        return pay_page(checkout, PendingPayment(order, ""))


async def may_read_page(checkout: Checkout, order: Order) -> bool:
    """Return whether the payment page may read the order's payment from Stripe now."""
    now = datetime.now(UTC)
    claim = await checkout.database.write(claim_page_read, order.id, order.attempt, now)
    return claim and checkout.may_read()


def waiting_payment(order: Order) -> PendingPayment:
    """Return a payment that was read just now: the hosted page is offered without reading it again."""
    return PendingPayment(
        order, "", is_hosted=order.attempt.is_hosted, is_waiting=not order.attempt.is_hosted
    )


async def pay_by_card(checkout: Checkout, token: str) -> ResponseReturnValue:
    """Open the card form, after Stripe could not be reached or instead of the hosted page."""
    order = await checkout.database.read(find_order, token) or abort(404)
    if not checkout.may_open():
        return redirect_to(url_for("checkout.pay", token=token))
    try:
        pending = await open_card_payment(checkout.database, checkout.gateway, order)
    except RequestRefused as refused:
        return await refused_order_page(checkout, order, refused)
    return pay_response(checkout, pending)


async def pay_hosted(checkout: Checkout, token: str) -> ResponseReturnValue:
    """Send the shopper to Stripe's hosted page."""
    order = await checkout.database.read(find_order, token) or abort(404)
    if not checkout.may_open():
        return redirect_to(url_for("checkout.pay", token=token))
    shop_url = checkout.settings.shop_url
    success_url = f"{shop_url}{url_for('orders.receipt', token=token)}"
    if not find_pending_end(order, checkout.settings.reservation_time):
        # a page that stays open for half an hour more would reserve the books again
        raise NotPayable(order)
    page = HostedPage(success_url, f"{shop_url}{url_for('checkout.pay', token=token)}")
    try:
        hosted_url = await open_hosted_payment(checkout.database, checkout.gateway, order, page)
    except RequestRefused as refused:
        await checkout.database.write(cancel_never_offered, order.id, CancelReason.REFUSED)
        return await refused_order_page(checkout, order, refused)
    except PaymentError:
        return pay_page(checkout, PendingPayment(order, ""))
    return redirect_to(hosted_url)


async def refused_order_page(checkout: Checkout, order: Order, refused: RequestRefused) -> Response:
    """Show the details form of an order that Stripe refused, which is cancelled."""
    offer = await load_current_offer(checkout, order.single_item, "")
    form = DetailsForm(order.single_item, offer.quote, offer.shortages, details_of(order), new_token())
    return refused_page(checkout, form, refused)


async def load_current_offer(checkout: Checkout, item: str, token: str) -> CheckoutOffer:
    """Price one book, or the basket when `item` is empty."""
    basket = Basket({parse_isbn(item) or "": 1}) if item else load_basket()
    shopper_hash = current_actors(checkout.settings.signing_key, token).shopper
    return await checkout.database.read(
        load_offer, basket, token, checkout.settings.shop_delivery_fee, shopper_hash
    )


async def show_receipt(error: NotPayable) -> ResponseReturnValue:
    """Send the shopper of an order that cannot be paid any more to its receipt."""
    return redirect_to(url_for("orders.receipt", token=error.order.token))


async def add_headers(headers: dict[str, str], response: Response) -> Response:
    """Allow Stripe's scripts, frames and wallets, and keep the page's address private."""
    response.headers.update(headers)
    return response
