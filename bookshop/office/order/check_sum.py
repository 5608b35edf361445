"""Check a sum before it goes back."""

from collections.abc import Awaitable, Callable

from quart import Response

from bookshop.money import Money
from bookshop.office.office import Office
from bookshop.office.order.order_page import ActionResult
from bookshop.office.order.refund_right import RefundRight
from bookshop.office.proof import ask_for_proof
from bookshop.staff.session import Session

SUM_CHANGED = ActionResult(refusal="The sum has changed since it was shown. Look at it, then go on.")


async def check_sum(
    office: Office,
    session: Session,
    amount: Money,
    confirmed_minor: int | None,
    right: RefundRight,
    show: Callable[..., Awaitable[Response]],
) -> Response | None:
    """Return what to show instead; None if this person may pay back what the button stated."""
    if confirmed_minor is None:
        return await show()
    if amount.minor != confirmed_minor:
        return await show(409, outcome=SUM_CHANGED)
    if right is RefundRight.NEEDS_OWNER:
        return await show(403)
    return await ask_for_proof(office, session) if right is RefundRight.NEEDS_PROOF else None
