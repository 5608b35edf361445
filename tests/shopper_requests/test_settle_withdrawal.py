"""A withdrawal is refunded once, whatever happens to the process that does it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bookshop.database import Database
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_store import find_version
from bookshop.payments import refund_order
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.shopper_requests.settle_withdrawal import (
    Settlement,
    prepare_settlement,
    settle_withdrawal,
)
from bookshop.shopper_requests.statement import Statement
from bookshop.shopper_requests.store import list_open_requests
from bookshop.shopper_requests.withdraw import Limits, withdraw
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from tests.payments.conftest import buy
from tests.payments.paid_orders import Buy

RIGHT = WithdrawalRight("DE", "Europe/Berlin")
LIMITS = Limits("order", "mailbox")
__all__ = ["buy"]


class Killed(BaseException):
    """The process ends."""


async def test_a_kill_after_the_refund_is_stored_does_not_refund_twice(
    database: Database, gateway: StripeGateway, buy: Buy, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await buy()
    # one of two copies, so that another refund for a copy would be possible
    statement = Statement("Ada Reader", str(order.number), order.email, copies={0: 1})
    await database.write(withdraw, statement, order.id, RIGHT, LIMITS, datetime.now(UTC))

    async def prepare() -> tuple[int, Settlement]:
        version = await database.read(find_version, order.id)
        return version, await database.read(prepare_settlement, order, "", None, restock=None)

    async def die(*_: Any) -> None:
        raise Killed

    version, settlement = await prepare()
    with monkeypatch.context() as patched:
        patched.setattr(refund_order, "send_refund", die)
        with pytest.raises(Killed):
            await settle_withdrawal(database, gateway, order, version, settlement, actor="anna")
    assert await database.read(list_open_requests) == []
    with pytest.raises(NotAllowed):
        await prepare()
    # another member of staff, who saw the same
    await settle_withdrawal(database, gateway, order, version, settlement, actor="ben")
    with pytest.raises(OrderChanged):
        await settle_withdrawal(database, gateway, order, version, settlement, actor="ben")
    (refund,) = await database.read(list_refunds, order.id)
    assert refund.amount.minor == 1200
