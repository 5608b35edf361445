"""What the shop must check by hand, in words, and what to do next."""

from typing import NamedTuple


class Review(NamedTuple):
    """A title, the next step and its command; `{order}` is the order's number or id."""

    title: str
    next_step: str
    command: str


REVIEWS = {
    "payment": Review(
        "A payment needs review",
        "Nothing of this order leaves the shop yet. Look up the payment in Stripe’s dashboard and compare it"
        " with the order. If it cannot be put right, refund it there. This shows the order and its payment:",
        "bookshop orders {order}",
    ),
    "refund": Review(
        "A refund needs review",
        "Agree with the shopper on another way to send the money back. This shows the order and its refunds:",
        "bookshop orders {order}",
    ),
    "dispute": Review(
        "A shopper disputes a payment",
        "Answer the dispute in Stripe’s dashboard before its deadline: without an answer the money is lost."
        " Keep back what has not been sent. This shows the order:",
        "bookshop orders {order}",
    ),
    "fraud_warning": Review(
        "A bank suspects fraud",
        "Keep back what has not been sent. If you do not know the shopper, refund the order before it becomes"
        " a dispute, which costs a fee. This shows what would be refunded, and refunds nothing:",
        "bookshop refund {order} --dry-run",
    ),
    "change": Review(
        "A shopper asks for a change",
        "Write to the shopper, and note on the order what you agreed. This shows the order and the request:",
        "bookshop orders {order}",
    ),
    "withdrawal": Review(
        "A shopper withdraws from a contract",
        "Keep back what has not been sent. This shows the refund, and makes it after a question:",
        "bookshop withdrawal {order}",
    ),
}
