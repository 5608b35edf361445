"""Reading which orders need review, those first for which it began last."""

from typing import Any

from sqlalchemy import Select, String, bindparam, func, select, tuple_, union_all

from bookshop.fulfilment.work_list import REVIEWED_SINCE, TO_REVIEW
from bookshop.mail.mail import MailState
from bookshop.mail.mail_list import NOT_SENT
from bookshop.schema import mails, orders
from bookshop.schema.columns import TIMESTAMP

_MAIL_FAILED = select(mails.c.order_id).where(
    NOT_SENT, mails.c.state.in_([MailState.FAILED, MailState.UNCERTAIN]), mails.c.order_id != ""
)
# each with the moment since when: an index has it, so that no order is read for it
SOURCES = tuple(zip((*TO_REVIEW, _MAIL_FAILED), (*REVIEWED_SINCE, mails.c.created_at), strict=True))
# the order after which a page begins; it may need no review any more
AFTER_ORDER = bindparam("after", type_=String)
_MOMENTS = union_all(
    *(
        found.where(found.selected_columns[0] == AFTER_ORDER).with_only_columns(
            func.max(since).label("since")
        )
        for found, since in SOURCES
    ),
    select(orders.c.placed_at).where(orders.c.id == AFTER_ORDER),
).subquery()
_AFTER_MOMENT = select(func.max(_MOMENTS.c.since, type_=TIMESTAMP)).scalar_subquery()


def list_reviews(limit: int, *, is_later: bool = False) -> Select[Any]:
    """Return moments and ids of so many orders at least, or of all that there are.

    An order with two reasons may be on two pages.
    """
    parts = []
    for found, since in SOURCES:
        order_id = found.selected_columns[0]
        statement = found.with_only_columns(order_id.label("id"), since.label("since"))
        statement = statement.where(order_id.is_not(None))
        if is_later:
            statement = statement.where(tuple_(since, order_id) < tuple_(_AFTER_MOMENT, AFTER_ORDER))
        parts.append(select(statement.order_by(since.desc(), order_id.desc()).limit(limit).subquery()))
    reviews = union_all(*parts).subquery()
    return select(func.max(reviews.c.since).label("key"), reviews.c.id).group_by(reviews.c.id)
