"""Correct the address of an order."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from quart import Response, abort, request
from quart.typing import ResponseReturnValue

from bookshop.addresses.country_rules import country_rules
from bookshop.checkout.address_labels import address_labels
from bookshop.checkout.details import (
    CheckoutDetails,
    details_of,
    find_doubtful_fields,
    find_field_errors,
    parse_details,
)
from bookshop.fulfilment.correct_address import Recipient, check_correction, correct_address
from bookshop.fulfilment.rules import NotAllowed
from bookshop.office.office import Office
from bookshop.office.order.choices import standing_of
from bookshop.office.order.order_page import NO_RESULT, ActionResult, order_page, read_view
from bookshop.office.order.order_view import OrderView
from bookshop.office.order.perform import attempt, order_address, read_version, write
from bookshop.office.pages import office_page
from bookshop.orders.order import Delivery
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to


class AddressForm(NamedTuple):
    """An address as it was typed, and the part of it that was doubted before."""

    details: CheckoutDetails
    confirmed: str = ""

    @property
    def doubtful_fields(self) -> tuple[str, ...]:
        """The fields that are not as the country's rules know them, and not confirmed yet."""
        is_confirmed = self.confirmed == self.details.doubtful_part
        return () if is_confirmed else find_doubtful_fields(self.details)


async def show(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show the address, to be corrected."""
    view = await office.database.read(read_view, order_id) or abort(404)
    details = details_of(view.order)
    # what the order has is not doubted again
    return await address_page(office, session, view, AddressForm(details, details.doubtful_part))


async def send(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Store the address, or show the form as it was typed, with what is wrong or doubted."""
    form = await request.form
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = read_address_form(form, view)
    errors = find_field_errors(typed.details, (typed.details.country,))
    address = typed.details.parcel_address
    if errors or typed.doubtful_fields or address is None:
        return await address_page(office, session, view, typed, 422, errors=errors)
    recipient = Recipient(typed.details.name, address)
    work = write(office, session, order_id, read_version(form), correct_address, recipient)
    done = await attempt(office, work)
    if isinstance(done, ActionResult):
        now = await office.database.read(read_view, order_id) or abort(404)
        return await address_page(office, session, now, typed, 409, outcome=done)
    return redirect_to(order_address(order_id, done=done.version))


def read_address_form(form: Mapping[str, str], view: OrderView) -> AddressForm:
    """Read what was typed; the country is the order's."""
    order = view.order
    country = order.address.country if order.address else ""
    typed = replace(parse_details(form), email=order.email, delivery=Delivery.DELIVER, country=country)
    return AddressForm(typed, form.get("confirmed", ""))


async def address_page(
    office: Office,
    session: Session,
    view: OrderView,
    typed: AddressForm,
    status: int = 200,
    *,
    errors: Mapping[str, str] | None = None,
    outcome: ActionResult = NO_RESULT,
) -> Response:
    """Show the form, or on the order's page why its address cannot be corrected."""
    try:
        check_correction(standing_of(view))
    except NotAllowed as problem:
        refused = ActionResult(refusal=str(problem))
        return await order_page(office, session, view.order.id, 409, outcome=refused)
    country = typed.details.country
    return await office_page(
        office,
        session,
        "office/order/address.html",
        "address",
        status,
        order=view.order,
        version=view.fulfilment.version,
        form=typed.details,
        errors=errors or {},
        doubtful_fields=typed.doubtful_fields,
        confirmed=typed.details.doubtful_part,
        labels={"name": "Name", "street": "Street", "unit": "Unit (optional)", **address_labels((country,))},
        rules=country_rules(country),
        outcome=outcome,
    )
