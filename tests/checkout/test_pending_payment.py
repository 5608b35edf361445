"""Only an open order that needs no review can be paid."""

from typing import Any

import pytest

from bookshop.checkout.pending_payment import NotPayable, check_payable
from bookshop.orders.order import PaymentState
from tests.builders import an_order


def test_an_open_order_is_payable() -> None:
    check_payable(an_order())


@pytest.mark.parametrize(
    "changed",
    [
        {"payment": PaymentState.PROCESSING},
        {"payment": PaymentState.PAID},
        {"payment": PaymentState.CANCELLED},
        {"review_reason": "amount"},
    ],
    ids=str,
)
def test_any_other_order_is_not(changed: dict[str, Any]) -> None:
    order = an_order(**changed)
    with pytest.raises(NotPayable) as raised:
        check_payable(order)
    assert raised.value.order is order
