"""What the shop reads about a withdrawal, and what it may do until when."""

from zoneinfo import ZoneInfo

from bookshop.orders.order import Order
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight

WITHHOLDING = (
    "If books have been sent, you may wait with it until they are back, or until the shopper shows that they"
    " are on their way."
)


def describe_withdrawal(
    request: ShopperRequest, order: Order | None, right: WithdrawalRight, *, is_late: bool
) -> str:
    """Return a withdrawal in sentences, one a line."""
    received = request.received_at.astimezone(ZoneInfo(right.timezone))
    due = right.refund_due(request.received_at)
    lines = [
        f"{request.name} ({request.email}) withdraws from order {request.reference}.",
        f"It was received on {received:%d %B %Y, %H:%M}.",
        f"It is about {describe_books(request, order)}.",
        f"The refund is due by {due:%d %B %Y}. {WITHHOLDING}",
    ]
    if is_late:
        lines.append("It came after the period of 14 days. You decide whether you accept it.")
    if order is None:
        lines.append(
            "No order has this number and email address. If you find its order, use"
            f" bookshop withdrawal ORDER --request {request.id}"
        )
    elif not right.covers(order):
        lines.append("Neither your shop nor the order’s address is in the EU. Check whether its law holds.")
    return "\n".join(lines)


def describe_books(request: ShopperRequest, order: Order | None) -> str:
    """Return the books that a request names."""
    if request.message:
        # on one line, so that none of it looks like a sentence of the shop
        return f"these books, in the shopper’s words: “{' '.join(request.message.split())}”"
    if not request.copies or order is None:
        return "the whole order"
    return ", ".join(f"{quantity} × {order.lines[at].title}" for at, quantity in request.copies.items())
