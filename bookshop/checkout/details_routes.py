"""The details form: shown, checked and placed as an order."""

import re
from collections.abc import Mapping
from dataclasses import replace

from quart import request
from quart.typing import ResponseReturnValue

from bookshop.basket.basket import Basket
from bookshop.basket.session import basket_id, save_basket
from bookshop.catalogue.stock import OutOfStock
from bookshop.checkout.actors import current_actors
from bookshop.checkout.context import Checkout
from bookshop.checkout.current_offer import load_current_offer
from bookshop.checkout.details import CheckoutDetails, details_of, find_field_errors, parse_details
from bookshop.checkout.details_page import DetailsForm, form_page, refused_page, unavailable_page
from bookshop.checkout.draft_order import draft_order, new_token
from bookshop.checkout.payment_page import pay_response
from bookshop.checkout.place_order import place_order
from bookshop.checkout.refusal import find_amount_error
from bookshop.checkout.session import current_token, remember_order
from bookshop.checkout.unpaid_limit import TooManyUnpaid, unpaid_limit
from bookshop.database import DatabaseUnavailable
from bookshop.orders.hourly_limit import AttemptKind, allow_attempt
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable, RequestRefused
from bookshop.web.pages import log_unavailable

TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


async def details(checkout: Checkout) -> ResponseReturnValue:
    """Show the details form, filled in with the shopper's unpaid order."""
    item = request.args.get("item", "")
    # the link of the payment page works without cookies too
    offer = await load_current_offer(checkout, item, read_token(request.args) or current_token())
    if not offer.quote.lines:
        return unavailable_page(item, offer)
    order = offer.earlier
    token = order.token if order else new_token()
    typed = details_of(order) if order else CheckoutDetails()
    typed = replace(typed, country=typed.country or checkout.countries[0][0])
    # what an order was placed with is not doubted again
    confirmed = typed.doubtful_part
    return form_page(checkout, DetailsForm(item, offer, typed, token, confirmed))


async def place(checkout: Checkout) -> ResponseReturnValue:
    """Check the details form, then place the order."""
    fields = await request.form
    form = await read_form(checkout, fields)
    if not form.quote.lines:
        return unavailable_page(form.item, form.offer, list(fields.items(multi=True)))
    field_errors = find_field_errors(form.details, checkout.settings.shop_delivery_countries)
    # or else the shopper has not seen this quote
    is_seen = fields.get("quote_fingerprint", "") == form.quote.fingerprint
    form_error = "" if is_seen else "changed"
    if field_errors or form_error or form.doubtful_fields:
        status = 409 if form_error and form.offer.shortages else 422
        return form_page(checkout, form, status, form_error, field_errors)
    reserved_for, basket = checkout.settings.reservation_time, "" if form.item else basket_id()
    draft = draft_order(form.quote, form.details, form.token, reserved_for, basket)
    if amount_error := find_amount_error(draft.total):
        return form_page(checkout, form, 422, amount_error)
    try:
        return await place_within_limit(checkout, form, draft)
    except DatabaseUnavailable as error:
        log_unavailable(error)
        return form_page(checkout, form, 503, "busy")


async def read_form(checkout: Checkout, fields: Mapping[str, str]) -> DetailsForm:
    """Read the details form as it was sent, with what it can buy now."""
    item = fields.get("item", "")
    token = read_token(fields) or current_token() or new_token()
    offer = await load_current_offer(checkout, item, token)
    confirmed = fields.get("confirmed", "")
    return DetailsForm(item, offer, parse_details(fields), token, confirmed)


def read_token(fields: Mapping[str, str]) -> str:
    """Return the token of the order that a form or a link names; empty without a valid one."""
    token = fields.get("order", "")
    return token if TOKEN.fullmatch(token) else ""


async def place_within_limit(checkout: Checkout, form: DetailsForm, draft: Order) -> ResponseReturnValue:
    """Place the order unless its browser or network has placed too many in the last hour."""
    actors = current_actors(checkout.settings.signing_key, form.token)
    max_orders = checkout.settings.max_orders_per_hour
    if not await checkout.database.write(allow_attempt, AttemptKind.ORDER, actors, max_orders):
        return form_page(checkout, form, 429, "limit")
    return await place_draft(
        checkout, form, replace(draft, shopper_hash=actors.shopper, network_hash=actors.network)
    )


async def place_draft(checkout: Checkout, form: DetailsForm, draft: Order) -> ResponseReturnValue:
    """Place the order and show its payment page, or the form again with what went wrong."""
    try:
        limit = unpaid_limit(checkout.settings)
        pending = await place_order(checkout.database, checkout.gateway, draft, current_token(), limit)
    except OutOfStock:
        offer = await load_current_offer(checkout, form.item, form.token)
        if not offer.quote.lines:
            return unavailable_page(form.item, offer, list((await request.form).items(multi=True)))
        # copies are gone, or can still be ordered in although the form promised them from the shelf
        return form_page(checkout, replace(form, offer=offer), 409, "changed")
    except TooManyUnpaid:
        return form_page(checkout, form, 429, "unpaid")
    except ProviderUnavailable:
        return form_page(checkout, form, 503, "unavailable")
    except RequestRefused as refused:
        return refused_page(checkout, form, refused)
    remember_order(pending.order.token, form.token)
    if form.offer.shortages and not form.item:
        save_basket(Basket({line.book.isbn: line.quantity for line in form.quote.lines}))
    return pay_response(checkout, pending)
