"""The details form and the payment step."""

import re
from typing import Any

from babel import Locale
from quart import Blueprint, Response, abort, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.basket.basket import Basket, Priced
from bookshop.basket.session import load_basket, save_basket
from bookshop.catalogue.stock import OutOfStock
from bookshop.checkout.details import Details, details_of, find_problems, read_details
from bookshop.checkout.offer import Offer, collect_offer, shrink
from bookshop.checkout.order_limit import admit, disguise
from bookshop.checkout.place_order import (
    NotOpen,
    Placed,
    draft_order,
    new_token,
    open_card_payment,
    open_hosted_payment,
    place_order,
    read_placed,
)
from bookshop.checkout.session import bought_alone, current_token, remember_order, shopper_name
from bookshop.database import Database
from bookshop.money import minimum
from bookshop.orders.order import Payment
from bookshop.orders.store import find_order
from bookshop.payments.gateway import Gateway, PaymentProblem, ProviderUnavailable, RequestRefused
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
        typed = details_of(order) if order else Details(country=countries[0][0])
        return form_page(item, offer.basket, typed, token)

    @routes.post("/checkout")
    async def place() -> ResponseReturnValue:
        form = await request.form
        item, typed = form.get("item", ""), read_details(form)
        token = form["order"] if TOKEN.fullmatch(form.get("order", "")) else current_token() or new_token()
        offer = await find_offer(item, token)
        basket = offer.basket
        problems = find_problems(typed, settings.shop_delivery_countries)
        trouble = find_trouble(basket, form.get("promise", ""))
        if trouble == "changed" and offer.is_short:
            return out_of_stock(item, offer)
        if problems or trouble:
            return form_page(item, basket, typed, token, 422, problems, trouble)
        draft = draft_order(basket, typed, token, settings.order_hold)
        if draft.total < minimum(settings.shop_currency):
            return form_page(item, basket, typed, token, 422, trouble="minimum")
        names = [disguise(settings.secret_key, name) for name in (shopper_name(), request.remote_addr or "")]
        if not await database.write(admit, names, settings.order_limit):
            return form_page(item, basket, typed, token, 429, trouble="limit")
        try:
            placed = await place_order(database, gateway, draft, current_token())
        except OutOfStock:
            offer = await find_offer(item, token)
            if offer.is_short:
                return out_of_stock(item, offer)
            # the copies that went can be ordered, but that is not what was promised
            return form_page(item, offer.basket, typed, token, 409, trouble="changed")
        except ProviderUnavailable:
            return form_page(item, basket, typed, token, 503, trouble="unavailable")
        except RequestRefused as refused:
            if refused.field == "receipt_email":
                return form_page(item, basket, typed, token, 422, {"email": "unfinished"})
            return form_page(item, basket, typed, token, 502, trouble="refused")
        remember_order(placed.order.token, from_basket=not item)
        return pay_page(placed, is_answer=True)

    @routes.get("/checkout/<token>")
    async def pay(token: str) -> ResponseReturnValue:
        order = await database.read(find_order, token) or abort(404)
        if not order.intent_id and order.payment is Payment.OPEN:
            return pay_page(Placed(order, ""))
        try:
            return pay_page(await read_placed(database, gateway, order))
        except PaymentProblem:
            return pay_page(Placed(order, ""))

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
        except PaymentProblem:
            return pay_page(Placed(order, ""))

    @routes.errorhandler(NotOpen)
    async def show_receipt(problem: NotOpen) -> ResponseReturnValue:
        return redirect_to(url_for("orders.receipt", token=problem.order.token))

    async def find_offer(item: str, token: str) -> Offer:
        wanted = Basket({read_isbn(item) or "": 1}) if item else load_basket()
        return await database.read(collect_offer, wanted, token, settings.shop_delivery_fee)

    def form_page(
        item: str,
        basket: Priced,
        typed: Details,
        token: str,
        status: int = 200,
        problems: dict[str, str] | None = None,
        trouble: str = "",
    ) -> Response:
        return page(
            "checkout/details.html",
            "checkout",
            status,
            form=typed,
            problems=problems or {},
            trouble=trouble,
            basket=basket,
            item=item,
            order_token=token,
            countries=countries,
        )

    def pay_page(placed: Placed, *, is_answer: bool = False) -> ResponseReturnValue:
        location = url_for(".pay", token=placed.order.token)
        values: dict[str, Any] = {
            "order": placed.order,
            "client_secret": placed.secret,
            "is_hosted": placed.is_hosted,
            "publishable_key": settings.stripe_publishable_key,
            "return_url": f"{settings.shop_url}{url_for('payments.success')}",
            "item": bought_alone(placed.order),
        }
        if not is_answer:
            return page("checkout/pay.html", "checkout", **values)
        answer = post_response(location, "checkout/pay.html", "checkout", **values)
        answer.headers["HX-Push-Url"] = location
        return answer

    def cannot(item: str, offer: Offer) -> Response:
        reason = "empty" if not item else "out" if offer.basket.lines else "missing"
        status = {"empty": 200, "out": 409, "missing": 404}[reason]
        book = offer.basket.lines[0].book if offer.basket.lines else None
        return page("checkout/cannot.html", "checkout", status, reason=reason, book=book, near=offer.near)

    def out_of_stock(item: str, offer: Offer) -> Response:
        if item:
            return cannot(item, offer)
        save_basket(shrink(offer.basket))
        return page("checkout/out_of_stock.html", "checkout", 409, basket=offer.basket, item=item)

    @routes.after_request
    async def dress(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return routes


def find_trouble(basket: Priced, promise: str) -> str:
    """Why the form cannot be taken as it is, whatever was typed: books, prices or promises changed."""
    if not basket.lines:
        return "empty"
    return "changed" if promise != basket.promise else ""
