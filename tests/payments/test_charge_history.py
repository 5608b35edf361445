"""What happened to a charge is gathered from the changes that Stripe lists."""

from itertools import permutations

import pytest

from bookshop.payments.charge_history import ChangeKind, ChargeChange, ChargeHistory, gather_history
from tests.builders import sgd


def refund(number: int) -> ChargeChange:
    return ChargeChange("ch_1", ChangeKind.REFUND, f"re_{number}", amount=sgd(number))


def dispute(status: str) -> ChargeChange:
    return ChargeChange("ch_1", ChangeKind.DISPUTE, f"dp_{status}", status)


def warning(kind: str) -> ChargeChange:
    return ChargeChange("ch_1", ChangeKind.WARNING, "issfr_1", kind)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], ChargeHistory({})),
        ([refund(1), refund(2)], ChargeHistory({"re_1": sgd(1), "re_2": sgd(2)})),
        ([dispute("lost"), dispute("won")], ChargeHistory({}, "lost")),
        ([dispute("won"), dispute("needs_response")], ChargeHistory({}, "needs_response")),
        ([warning("newest"), warning("older")], ChargeHistory({}, "", "newest")),
    ],
)
def test_the_newest_dispute_and_warning_count_and_every_refund(
    changes: list[ChargeChange], expected: ChargeHistory
) -> None:
    assert gather_history(changes) == expected


def test_kinds_may_come_in_any_order() -> None:
    expected = ChargeHistory({"re_1": sgd(1)}, "lost", "misc")
    for changes in permutations([refund(1), dispute("lost"), warning("misc")]):
        assert gather_history(changes) == expected
