"""The page that pays money of an order back: what is chosen, and what will happen."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from quart import Response, abort
from sqlalchemy import Connection

from bookshop.fulfilment.moves import moved_copies
from bookshop.money import Money
from bookshop.office.office import Office
from bookshop.office.order.choices import standing_of
from bookshop.office.order.order_page import NO_RESULT, ActionResult, order_page, read_view
from bookshop.office.order.order_view import OrderView
from bookshop.office.order.perform import attempt
from bookshop.office.order.refund_form import RefundForm
from bookshop.office.order.refund_right import RefundRight, find_refund_right
from bookshop.office.pages import office_page
from bookshop.office.refund_limit import find_refund_limit
from bookshop.orders.charge_name import charge_name
from bookshop.payments.refund_entries import kept_copies
from bookshop.payments.refund_order import preview_refund
from bookshop.payments.refund_rules import (
    ALLOWED_REASONS,
    NotRefundable,
    RefundPlan,
    paid_copies,
    refundable_amount,
)
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.shopper_requests.settle_withdrawal import find_named_withdrawal
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from bookshop.staff.session import Session


class PreparedRefund(NamedTuple):
    """An order, what a form would pay back of it or why not, and whether this person may do it."""

    view: OrderView
    plan: RefundPlan | None
    problem: str
    right: RefundRight
    limit: Money
    withdrawal: ShopperRequest | None


def prepare_refund(db: Connection, session: Session, view: OrderView, typed: RefundForm) -> PreparedRefund:
    """Plan a refund; raises NotAllowed if the withdrawal that it answers is not open."""
    order, plan, problem = view.order, None, ""
    withdrawal = find_named_withdrawal(db, order, typed.request_id) if typed.request_id else None
    if not typed.is_empty:
        try:
            plan = preview_refund(db, order, typed.to_request(order.total.currency))
        except NotRefundable as refused:
            problem = str(refused)
    amount = plan.amount if plan else Money(0, order.total.currency)
    right = find_refund_right(db, session, view, amount)
    return PreparedRefund(view, plan, problem, right, find_refund_limit(db, amount.currency), withdrawal)


@dataclass(frozen=True, slots=True)
class Effects:
    """What becomes of the copies of a refund, by ISBN."""

    for_sale: Mapping[str, int]
    dropped: Mapping[str, int]
    kept: Mapping[str, int]


def effects_of(plan: RefundPlan) -> Effects:
    """Return the copies for sale again, those cancelled, and those that the shopper has."""
    moved = Counter(moved_copies(plan.moves))
    return Effects(plan.for_sale, moved - Counter(plan.for_sale), Counter(plan.copies) - moved)


async def refund_page(
    office: Office,
    session: Session,
    order_id: str,
    typed: RefundForm,
    status: int = 200,
    *,
    block: str = "refund",
    outcome: ActionResult = NO_RESULT,
) -> Response:
    """Show the form and what it will do, or the order if its withdrawal is answered already."""
    view = await office.database.read(read_view, order_id) or abort(404)
    prepared = await attempt(office, office.database.read(prepare_refund, session, view, typed))
    if isinstance(prepared, ActionResult):
        shown = outcome if outcome.rival else prepared
        response = await order_page(office, session, order_id, 409, outcome=shown)
        # also where only the slip was asked for
        response.headers.update({"HX-Retarget": "#refund", "HX-Reswap": "outerMorph"})
        return response
    settings = office.settings
    standing = standing_of(view)
    withdrawal_right = WithdrawalRight(settings.shop_country, settings.shop_timezone)
    return await office_page(
        office,
        session,
        "office/order/refund.html",
        block,
        status,
        prepared=prepared,
        order=view.order,
        version=view.fulfilment.version,
        copies=view.fulfilment.copies,
        refundable=paid_copies(standing, kept_copies(view.fulfilment.entries, view.refunds)),
        refunded=standing.refunded,
        left=refundable_amount(standing),
        effects=effects_of(prepared.plan) if prepared.plan else None,
        titles={line.isbn: line.title for line in view.order.lines},
        charge_name=charge_name(view.order.charge),
        reasons=ALLOWED_REASONS,
        withdrawal=prepared.withdrawal,
        due=withdrawal_right.refund_due(prepared.withdrawal.received_at) if prepared.withdrawal else None,
        typed=typed,
        outcome=outcome,
    )
