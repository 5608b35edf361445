"""How far a refund is: the rule alone."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bookshop.payments.refund import (
    Refund,
    RefundStatus,
    RefundUpdate,
    merge_refund,
    merge_refunds,
    new_refund,
    refuse_refund,
)
from tests.builders import sgd
from tests.payments.refund_cases import NOW, ORDER


def a_refund(minor: int = 400, number: int = 1, **changed: object) -> Refund:
    refund = Refund(f"{ORDER.id}-{number}", ORDER.id, sgd(minor), "", NOW)
    return replace(refund, **changed)  # type: ignore[arg-type]  # the caller names fields of Refund


def refund_update(
    refund: Refund, status: RefundStatus, failure: str = "", stripe_refund_id: str = "re_1"
) -> RefundUpdate:
    return RefundUpdate(stripe_refund_id, status, refund.amount, refund.id, NOW, refund.reason, failure)


REFUND = a_refund()
updates = st.builds(
    lambda status, failure: refund_update(REFUND, status, failure if status is RefundStatus.FAILED else ""),
    st.sampled_from([RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED]),
    st.sampled_from(["", "expired_or_canceled_card"]),
)
foreign = st.builds(lambda update: replace(update, stripe_refund_id="re_2"), updates)


def merge_updates(refund: Refund, *update: RefundUpdate) -> Refund:
    for one in update:
        refund = merge_refund(refund, one)
    return refund


@given(st.lists(updates, min_size=1), st.data())
def test_a_refund_is_the_same_in_any_sequence_of_updates_and_however_often_they_come(
    earlier: list[RefundUpdate], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(earlier + data.draw(st.lists(st.sampled_from(earlier)))))
    assert merge_updates(REFUND, *again) == merge_updates(REFUND, *earlier)


@given(st.lists(updates), st.lists(foreign))
def test_an_update_of_another_refund_changes_nothing(
    earlier: list[RefundUpdate], others: list[RefundUpdate]
) -> None:
    known = merge_updates(REFUND, refund_update(REFUND, RefundStatus.PENDING), *earlier)
    assert merge_updates(known, *others) == known


@given(st.lists(updates), updates)
def test_a_refund_only_goes_forward(earlier: list[RefundUpdate], last: RefundUpdate) -> None:
    before = merge_updates(REFUND, *earlier)
    after = merge_refund(before, last)
    assert list(RefundStatus).index(after.status) >= list(RefundStatus).index(before.status)
    assert merge_refund(after, last) == after


@given(st.lists(updates, min_size=1))
def test_a_refusal_is_forgotten_once_stripe_shows_the_refund(earlier: list[RefundUpdate]) -> None:
    assert merge_updates(refuse_refund(REFUND, "charge_already_refunded"), *earlier) == merge_updates(
        REFUND, *earlier
    )
    assert refuse_refund(merge_updates(REFUND, *earlier), "charge_already_refunded") == merge_updates(
        REFUND, *earlier
    )


def test_a_listed_refund_is_the_shops_by_its_own_id_or_else_the_dashboards() -> None:
    ours, theirs = a_refund(400), a_refund(500, 2)
    listed = [
        replace(refund_update(theirs, RefundStatus.SUCCEEDED, stripe_refund_id="re_2"), key=""),
        refund_update(ours, RefundStatus.SUCCEEDED),
    ]
    merged = merge_refunds(ORDER.id, [ours], listed)
    assert merged == [
        replace(ours, status=RefundStatus.SUCCEEDED, stripe_refund_id="re_1"),
        new_refund(ORDER.id, listed[0]),
    ]
    assert merged[1].id == "re_2"
    assert merge_refunds(ORDER.id, merged, listed) == merged


def test_a_second_refund_with_our_id_is_counted_beside_the_first() -> None:
    listed = [
        refund_update(REFUND, RefundStatus.SUCCEEDED, stripe_refund_id=stripe_refund_id)
        for stripe_refund_id in ("re_1", "re_2")
    ]
    merged = merge_refunds(ORDER.id, [REFUND], listed)
    assert [refund.id for refund in merged] == [REFUND.id, "re_2"]
    assert merge_refunds(ORDER.id, merged, listed[::-1]) == merged
