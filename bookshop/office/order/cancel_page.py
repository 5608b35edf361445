"""The page that cancels an order, or copies of it: what is chosen, and what will happen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from quart import Response, abort
from sqlalchemy import Connection

from bookshop.fulfilment.copies import OPEN_STATES
from bookshop.fulfilment.delay import MAX_MESSAGE_CHARS
from bookshop.fulfilment.rules import NotAllowed
from bookshop.money import Money
from bookshop.office.office import Office
from bookshop.office.order.choices import is_cancellable_unpaid, standing_of
from bookshop.office.order.copies_form import read_confirmed_sum, read_copies
from bookshop.office.order.order_page import NO_RESULT, ActionResult, read_view
from bookshop.office.order.order_view import OrderView
from bookshop.office.order.refund_right import RefundRight, find_refund_right
from bookshop.office.pages import office_page
from bookshop.office.refund_limit import find_refund_limit
from bookshop.orders.charge_name import charge_name
from bookshop.payments.cancel_rules import Cancellation, CancelPlan, plan_cancellation
from bookshop.payments.refund_entries import kept_copies
from bookshop.staff.session import Session
from bookshop.trade.typed_text import normalize_text


@dataclass(frozen=True, slots=True)
class CancelForm:
    """A cancellation as it was typed; `confirmed_minor` is the sum that the button stated."""

    copies: Mapping[str, int] = field(default_factory=dict)
    restock: bool = True
    message: str = ""
    confirmed_minor: int | None = None

    def to_cancellation(self, *, is_paid: bool) -> Cancellation:
        """Return what is to be cancelled; an unpaid order only as a whole."""
        return Cancellation(self.copies if is_paid else None, self.message, self.restock)


def read_cancel_form(form: Mapping[str, str], view: OrderView) -> CancelForm:
    """Read what was typed."""
    return CancelForm(
        read_copies(form, view.order.quantities),
        form.get("restock") == "yes",
        normalize_text(form.get("message", ""))[:MAX_MESSAGE_CHARS],
        read_confirmed_sum(form),
    )


def open_copies(view: OrderView) -> dict[str, int]:
    """Return the copies by ISBN that have not left the shop."""
    return {line.isbn: count for line in view.fulfilment.copies if (count := line.count(*OPEN_STATES))}


class PreparedCancellation(NamedTuple):
    """What a form would cancel or why not, and whether this person may pay back what goes back."""

    plan: CancelPlan | None
    problem: str
    amount: Money
    right: RefundRight
    limit: Money


def prepare_cancellation(
    db: Connection, session: Session, view: OrderView, typed: CancelForm
) -> PreparedCancellation:
    """Plan a cancellation; an unpaid order has no plan."""
    plan, problem, currency = None, "", view.order.total.currency
    if view.fulfilment.copies and typed.copies:
        try:
            kept = kept_copies(view.fulfilment.entries, view.refunds)
            plan = plan_cancellation(standing_of(view), kept, typed.copies)
        except NotAllowed as refused:
            problem = str(refused)
    amount = plan.amount if plan else Money(0, currency)
    right = find_refund_right(db, session, view, amount)
    return PreparedCancellation(plan, problem, amount, right, find_refund_limit(db, currency))


async def cancel_page(
    office: Office,
    session: Session,
    order_id: str,
    typed: CancelForm | None,
    status: int = 200,
    *,
    block: str = "cancel",
    outcome: ActionResult = NO_RESULT,
) -> Response:
    """Show the form, which begins with all copies, and what it will do."""
    view = await office.database.read(read_view, order_id) or abort(404)
    possible = open_copies(view)
    typed = typed or CancelForm(possible)
    prepared = await office.database.read(prepare_cancellation, session, view, typed)
    return await office_page(
        office,
        session,
        "office/order/cancel.html",
        block,
        status,
        prepared=prepared,
        order=view.order,
        version=view.fulfilment.version,
        copies=view.fulfilment.copies,
        possible=possible,
        is_cancellable_unpaid=is_cancellable_unpaid(view.order),
        titles={line.isbn: line.title for line in view.order.lines},
        charge_name=charge_name(view.order.charge),
        typed=typed,
        outcome=outcome,
    )
