"""The details form and the payment step."""

import re
from typing import Any

from babel import Locale
from quart import Blueprint, Response, abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.basket.basket import Basket, Quote
from bookshop.basket.session import load_basket, save_basket
from bookshop.catalogue.stock import OutOfStock
from bookshop.checkout.details import CheckoutDetails, details_of, find_field_errors, read_details
from bookshop.checkout.offer import CheckoutOffer, limit_to_available, load_offer
from bookshop.checkout.order_limit import allow_attempt, keyed_hash
from bookshop.checkout.place_order import (
    NotOpen,
    PendingPayment,
    draft_order,
    new_token,
    open_card_payment,
    open_hosted_payment,
    place_order,
    read_pending_payment,
)
from bookshop.checkout.session import bought_alone, current_token, remember_order, shopper_name
from bookshop.database import Database
from bookshop.money import min_charge
from bookshop.orders.order import Payment
from bookshop.orders.store import find_order
from bookshop.payments.gateway import Gateway, PaymentError, ProviderUnavailable, RequestRefused
from bookshop.settings import Settings
from bookshop.trade.isbn import read_isbn
from bookshop.web.content_policy import payment_policy
from bookshop.web.pages import page, post_response, redirect_to

TOKEN = re.compile(r"[\w-]{22}", re.ASCII)


def blueprint(database: Database, gateway: Gateway, settings: Settings) -> Blueprint:
    """From the basket, or one book, to the means to pay for it."""
    routes = Blueprint("checkout", __name__)
    policy = payment_policy(settings.stripe_js_url, settings.stripe_api_base)
    countries = [(code, Locale("en").territories[code]) for code in settings.shop_delivery_countries]

    @routes.get("/checkout")
    async def details() -> ResponseReturnValue:
        item = request.args.get("item", "")
        offer = await find_offer(item, current_token())
        if not offer.can_be_bought:
            return cannot(item, offer)
        if offer.is_short:
            return out_of_stock(item, offer)
        order = offer.earlier
        token = order.token if order else new_token()
        remember_order(token, from_basket=not item)
        typed = details_of(order) if order else CheckoutDetails(country=countries[0][0])
        return form_page(item, offer.basket, typed, token)

    @routes.post("/checkout")
    async def place() -> ResponseReturnValue:
        form = await request.form
        item, typed = form.get("item", ""), read_details(form)
        token = form["order"] if TOKEN.fullmatch(form.get("order", "")) else current_token() or new_token()
        offer = await find_offer(item, token)
        basket = offer.basket
        field_errors = find_field_errors(typed, settings.shop_delivery_countries)
        form_error = find_form_error(basket, form.get("quote_fingerprint", ""))
        if form_error == "changed" and offer.is_short:
            return out_of_stock(item, offer)
        if field_errors or form_error:
            return form_page(item, basket, typed, token, 422, field_errors, form_error)
        draft = draft_order(basket, typed, token, settings.order_hold)
        if draft.total < min_charge(settings.shop_currency):
            return form_page(item, basket, typed, token, 422, form_error="minimum")
        names = [
            keyed_hash(settings.secret_key, name) for name in (shopper_name(), request.remote_addr or "")
        ]
        if not await database.write(allow_attempt, names, settings.order_limit):
            return form_page(item, basket, typed, token, 429, form_error="limit")
        try:
            pending = await place_order(database, gateway, draft, current_token())
        except OutOfStock:
            offer = await find_offer(item, token)
            if offer.is_short:
                return out_of_stock(item, offer)
            # the copies that went can be ordered, but that is not what was promised
            return form_page(item, offer.basket, typed, token, 409, form_error="changed")
        except ProviderUnavailable:
            return form_page(item, basket, typed, token, 503, form_error="unavailable")
        except RequestRefused as refused:
            if refused.field == "receipt_email":
                return form_page(item, basket, typed, token, 422, {"email": "unfinished"})
            return form_page(item, basket, typed, token, 502, form_error="refused")
        remember_order(pending.order.token, from_basket=not item)
        return pay_page(pending, is_answer=True)

    @routes.get("/checkout/<token>")
    async def pay(token: str) -> ResponseReturnValue:
        order = await database.read(find_order, token) or abort(404)
        if not order.intent_id and order.payment is Payment.OPEN:
            return pay_page(PendingPayment(order, ""))
        try:
            return pay_page(await read_pending_payment(database, gateway, order))
        except PaymentError:
            return pay_page(PendingPayment(order, ""))

    @routes.post("/checkout/<token>")
    async def ask_again(token: str) -> ResponseReturnValue:
        order = await database.read(find_order, token) or abort(404)
        return pay_page(await open_card_payment(database, gateway, order), is_answer=True)

    @routes.post("/checkout/<token>/hosted")
    async def pay_hosted(token: str) -> ResponseReturnValue:
        order = await database.read(find_order, token) or abort(404)
        paid = f"{settings.shop_url}{url_for('orders.receipt', token=token)}"
        back = f"{settings.shop_url}{url_for('.pay', token=token)}"
        try:
            return redirect_to(await open_hosted_payment(database, gateway, order, paid, back))
        except PaymentError:
            return pay_page(PendingPayment(order, ""))

    @routes.errorhandler(NotOpen)
    async def show_receipt(problem: NotOpen) -> ResponseReturnValue:
        return redirect_to(url_for("orders.receipt", token=problem.order.token))

    async def find_offer(item: str, token: str) -> CheckoutOffer:
        wanted = Basket({read_isbn(item) or "": 1}) if item else load_basket()
        return await database.read(load_offer, wanted, token, settings.shop_delivery_fee)

    def form_page(
        item: str,
        basket: Quote,
        typed: CheckoutDetails,
        token: str,
        status: int = 200,
        field_errors: dict[str, str] | None = None,
        form_error: str = "",
    ) -> Response:
        return page(
            "checkout/details.html",
            "checkout",
            status,
            form=typed,
            field_errors=field_errors or {},
            form_error=form_error,
            basket=basket,
            item=item,
            order_token=token,
            countries=countries,
        )

    def pay_page(pending: PendingPayment, *, is_answer: bool = False) -> ResponseReturnValue:
        location = url_for(".pay", token=pending.order.token)
        values: dict[str, Any] = {
            "order": pending.order,
            "client_secret": pending.client_secret,
            "is_hosted": pending.is_hosted,
            "publishable_key": settings.stripe_publishable_key,
            "return_url": f"{settings.shop_url}{url_for('payments.success')}",
            "item": bought_alone(pending.order),
        }
        if not is_answer:
            return page("checkout/pay.html", "checkout", **values)
        answer = post_response(location, "checkout/pay.html", "checkout", **values)
        answer.headers["HX-Push-Url"] = location
        return answer

    def cannot(item: str, offer: CheckoutOffer) -> Response:
        reason = "empty" if not item else "out" if offer.basket.lines else "missing"
        status = {"empty": 200, "out": 409, "missing": 404}[reason]
        book = offer.basket.lines[0].book if offer.basket.lines else None
        return page(
            "checkout/cannot.html",
            "checkout",
            status,
            reason=reason,
            book=book,
            suggestions=offer.suggestions,
        )

    def out_of_stock(item: str, offer: CheckoutOffer) -> Response:
        if item:
            return cannot(item, offer)
        save_basket(limit_to_available(offer.basket))
        return page("checkout/out_of_stock.html", "checkout", 409, basket=offer.basket, item=item)

    @routes.after_request
    async def dress(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return routes


def find_form_error(basket: Quote, quote_fingerprint: str) -> str:
    """Why the form cannot be taken as it is, whatever was typed: books, prices or promises changed."""
    if not basket.lines:
        return "empty"
    return "changed" if quote_fingerprint != basket.fingerprint else ""
