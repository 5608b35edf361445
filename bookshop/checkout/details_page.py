"""The page of the details form, and the notice that nothing can be bought."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from quart import Response

from bookshop.addresses.country_rules import country_rules
from bookshop.basket.basket import Quote
from bookshop.checkout.address_labels import address_labels
from bookshop.checkout.context import Checkout
from bookshop.checkout.details import CheckoutDetails, find_doubtful_fields
from bookshop.checkout.offer import CheckoutOffer
from bookshop.checkout.refusal import AMOUNT_ERRORS, is_email_refused
from bookshop.money import max_charge, min_charge
from bookshop.payments.errors import RequestRefused
from bookshop.trade.availability import UnavailableReason
from bookshop.web.pages import page

# why a book that was offered is no longer, although no other shopper has taken it
NOT_LOST = (UnavailableReason.NO_PRICE, UnavailableReason.NOT_FOR_SALE, UnavailableReason.ANNOUNCED)

Fields: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DetailsForm:
    """The details form as shown or sent: its books, the order's token and what was typed.

    `confirmed` is the part of the address that was doubted before and is not doubted again.
    """

    item: str
    offer: CheckoutOffer
    details: CheckoutDetails
    token: str
    confirmed: str = ""

    @property
    def quote(self) -> Quote:
        return self.offer.quote

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
        shortages=form.offer.shortages,
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


def unavailable_page(item: str, offer: CheckoutOffer, typed: Fields = ()) -> Response:
    """Show why nothing can be bought: an empty basket, no copies, or no such book.

    `typed` are the fields of the details form if it was sent; the page can send it again.
    """
    books = [line.book for line in offer.shortages]
    if books:
        is_lost = typed and all(book.availability.reason not in NOT_LOST for book in books)
        reason, status = "lost" if is_lost else "out", 409
    elif item:
        reason, status = "missing", 404
    else:
        reason, status = "empty", 422 if typed else 200
    values: dict[str, Any] = {
        "reason": reason,
        "typed": typed,
        "book": books[0] if len(books) == 1 else None,
        "suggestions": offer.suggestions,
    }
    return page("checkout/unavailable.html", "checkout", status, **values)
