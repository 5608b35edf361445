"""Writing the attempts to pay an order."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select, text

from bookshop.orders.payment_attempt import AttemptState, PaymentAttempt, PaymentMethod, next_attempt
from bookshop.schema import orders, payment_attempts

# enough for a reload, a second tab and Back, in any ten seconds of a shopper
MAX_PAGE_READS, PAGE_READS_WINDOW = 6, timedelta(seconds=10)

# as the partial index has it, so that it is used
HAS_SESSION = text("payment_attempts.session_id <> ''")

ADD_ATTEMPT = payment_attempts.insert()


def add_attempt(db: Connection, order_id: str, attempt: PaymentAttempt) -> None:
    """Write an attempt."""
    db.execute(
        ADD_ATTEMPT,
        {
            "order_id": order_id,
            "version": attempt.version,
            "method": attempt.method,
            "state": attempt.state,
            "intent_id": attempt.intent_id,
            "session_id": attempt.session_id,
            "expires_at": attempt.expires_at,
            "secret_hash": attempt.secret_hash,
        },
    )


IS_ATTEMPT = (
    payment_attempts.c.order_id == bindparam("of_order"),
    payment_attempts.c.version == bindparam("of_version"),
)
# it also locks the order, so that no other process cancels it as one that was never offered
SET_FIRST_STATUS = (
    orders.update()
    .where(orders.c.id == bindparam("order_id"), orders.c.payment == "open")
    .values(intent_status=func.coalesce(func.nullif(orders.c.intent_status, ""), bindparam("status")))
)
SET_IDS = (
    payment_attempts.update()
    .where(
        *IS_ATTEMPT,
        payment_attempts.c.state == AttemptState.CURRENT,
        # the first payment that is stored is kept; a session's intent may be known by now
        or_(
            and_(payment_attempts.c.session_id == "", payment_attempts.c.intent_id == ""),
            and_(
                payment_attempts.c.session_id == "",
                payment_attempts.c.intent_id == bindparam("new_intent_id"),
            ),
            and_(
                payment_attempts.c.session_id != "",
                payment_attempts.c.session_id == bindparam("new_session_id"),
            ),
        ),
    )
    .values(
        intent_id=func.coalesce(func.nullif(bindparam("new_intent_id"), ""), payment_attempts.c.intent_id),
        session_id=bindparam("new_session_id"),
        secret_hash=bindparam("new_secret_hash"),
    )
)


def set_payment_ids(db: Connection, order_id: str, attempt: PaymentAttempt, status: str) -> bool:
    """Store the payment of an order's attempt; False when the order may no longer have it."""
    if db.execute(SET_FIRST_STATUS, {"order_id": order_id, "status": status}).rowcount == 0:
        return False
    values = {
        "of_order": order_id,
        "of_version": attempt.version,
        "new_intent_id": attempt.intent_id,
        "new_session_id": attempt.session_id,
        "new_secret_hash": attempt.secret_hash,
    }
    return db.execute(SET_IDS, values).rowcount == 1


def hash_secret(client_secret: str) -> str:
    """Return a hash from which the client secret, which is random, cannot be found."""
    return sha256(client_secret.encode()).hexdigest() if client_secret else ""


_IS_NEW_WINDOW = or_(
    payment_attempts.c.reads_since.is_(None),
    payment_attempts.c.reads_since <= bindparam("window_start"),
    # the clock was set back; by less, another request has only overtaken this one
    payment_attempts.c.reads_since > bindparam("window_end"),
)
_NOW = bindparam("now", type_=payment_attempts.c.reads_since.type)
CLAIM_PAGE_READ = (
    payment_attempts.update()
    .where(*IS_ATTEMPT, or_(_IS_NEW_WINDOW, payment_attempts.c.page_reads < MAX_PAGE_READS))
    .values(
        page_reads=case((_IS_NEW_WINDOW, 1), else_=payment_attempts.c.page_reads + 1),
        reads_since=case((_IS_NEW_WINDOW, _NOW), else_=payment_attempts.c.reads_since),
    )
)


def claim_page_read(db: Connection, order_id: str, attempt: PaymentAttempt, now: datetime) -> bool:
    """Return whether the payment page may read Stripe: a few times in each window."""
    values = {
        "of_order": order_id,
        "of_version": attempt.version,
        "now": now,
        "window_start": now - PAGE_READS_WINDOW,
        "window_end": now + PAGE_READS_WINDOW,
    }
    return db.execute(CLAIM_PAGE_READ, values).rowcount == 1


FIND_RETURN = (
    select(orders.c.token, payment_attempts.c.secret_hash)
    .join(payment_attempts, payment_attempts.c.order_id == orders.c.id)
    .where(payment_attempts.c.intent_id == bindparam("intent_id"), payment_attempts.c.intent_id != "")
)


class ReturnAddress(NamedTuple):
    """The token of the order that a payment is for, and the hash of the payment's client secret."""

    token: str
    secret_hash: str


def find_return_address(db: Connection, intent_id: str) -> ReturnAddress | None:
    """Return where the shopper goes who has confirmed this payment."""
    row = db.execute(FIND_RETURN, {"intent_id": intent_id}).first()
    return ReturnAddress(row.token, row.secret_hash) if row else None


SET_ATTEMPT = payment_attempts.update().where(*IS_ATTEMPT)


def set_attempt(db: Connection, order_id: str, attempt: PaymentAttempt) -> None:
    """Write the state of an attempt, and the intent that was learned."""
    _update_attempt(db, order_id, attempt, state=attempt.state, intent_id=attempt.intent_id)


def begin_next_attempt(
    db: Connection, order_id: str, earlier: PaymentAttempt, method: PaymentMethod, now: datetime
) -> PaymentAttempt:
    """Close an attempt and begin the next one."""
    _update_attempt(db, order_id, earlier, state=AttemptState.CLOSED)
    attempt = next_attempt(earlier, method, now)
    add_attempt(db, order_id, attempt)
    return attempt


def _update_attempt(db: Connection, order_id: str, attempt: PaymentAttempt, **values: Any) -> None:
    key = {"of_order": order_id, "of_version": attempt.version}
    db.execute(SET_ATTEMPT.values(values), key)
