"""A receipt shows what matters most, for every combination of copies and money."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.journey import ENDED, StepKind, list_steps
from bookshop.orders.poll_delay import poll_delay
from bookshop.orders.progress import LineProgress, Progress, ShopMessage
from bookshop.orders.receipt import MAX_TRAVEL, ReceiptState, receipt_state
from bookshop.orders.receipt_look import LOOKS
from bookshop.orders.refund import Refund
from tests.orders.receipt_states import (
    ALL,
    CASES,
    DAY,
    NOW,
    Case,
    a_paid_order,
    a_parcel,
    a_refund,
    state_of,
)

S = ReceiptState
COPY_STATES = ("to_order", "in_stock", "packed", "ready", "shipped", "collected", "cancelled", "returned")


@pytest.mark.parametrize("name", CASES)
def test_every_case_has_its_state(name: str) -> None:
    assert state_of(CASES[name]) is CASES[name].state


def test_every_state_has_a_case_and_a_look() -> None:
    assert {case.state for case in CASES.values()} == set(ReceiptState) == set(LOOKS)


def test_butter_is_for_good_news_only() -> None:
    sunny = {state for state, look in LOOKS.items() if look.hue == "butter"}
    assert sunny == {S.PAID, S.AWAITING, S.PACKED, S.READY, S.COLLECTED}


def _line(*copies: str) -> LineProgress:
    found: Any = {state: copies.count(state) for state in copies}
    return LineProgress(**found)


# the three copies of an order in every order of importance: what is shown, with packing in the timeline
@pytest.mark.parametrize(
    ("copies", "state"),
    [
        (("in_stock", "in_stock", "in_stock"), S.PAID),
        (("in_stock", "in_stock", "to_order"), S.AWAITING),
        (("packed", "in_stock", "to_order"), S.PACKED),
        (("packed", "shipped", "to_order"), S.PARTLY_SHIPPED),
        (("ready", "shipped", "to_order"), S.READY),
        (("ready", "packed", "in_stock"), S.READY),
        (("ready", "collected", "cancelled"), S.READY),
        (("in_stock", "collected", "collected"), S.PAID),
        (("in_stock", "cancelled", "returned"), S.PAID),
        (("shipped", "cancelled", "returned"), S.SHIPPED),
        (("collected", "cancelled", "returned"), S.COLLECTED),
        (("cancelled", "cancelled", "returned"), S.RETURNED),
        (("cancelled", "cancelled", "cancelled"), S.CANCELLED_BY_US),
    ],
)
def test_copies_that_are_to_come_matter_more_than_those_that_have_come(
    copies: tuple[str, ...], state: ReceiptState
) -> None:
    progress = Progress((_line(copies[0]), _line(*copies[1:])), packed_at=NOW - DAY)
    assert receipt_state(a_paid_order(), progress, now=NOW, is_fresh=True) is state


def test_a_copy_that_is_here_before_its_day_is_waited_for() -> None:
    case = CASES["paid"]
    for ahead, state in ((DAY, S.AWAITING), (timedelta(0), S.PAID)):
        lines = (replace(case.order.lines[0], not_before=NOW + ahead), case.order.lines[1])
        order = replace(case.order, lines=lines)
        assert receipt_state(order, case.progress, now=NOW, is_fresh=True) is state


def test_a_copy_that_is_cancelled_is_not_waited_for() -> None:
    case = CASES["paid"]
    order = replace(
        case.order, lines=(case.order.lines[0], replace(case.order.lines[1], not_before=NOW + DAY))
    )
    progress = Progress((LineProgress(in_stock=1), LineProgress(cancelled=2)))
    assert receipt_state(order, progress, now=NOW, is_fresh=True) is S.PAID


def test_a_delay_is_shown_until_the_books_are_here() -> None:
    case = CASES["delayed"]
    assert case.progress.delayed
    arrived = replace(case.progress, lines=CASES["paid"].progress.lines)
    assert state_of(case._replace(progress=arrived)) is S.PAID


def test_a_parcel_travels_for_some_weeks_at_most() -> None:
    case = CASES["shipped"]
    for ago, state in ((MAX_TRAVEL - DAY, S.SHIPPED), (MAX_TRAVEL, S.SENT)):
        progress = replace(case.progress, parcels=(a_parcel(1, ALL, ago),))
        assert state_of(case._replace(progress=progress)) is state


def test_a_part_of_the_money_matters_if_it_went_back_last() -> None:
    case = CASES["shipped"]
    for ago, state in ((DAY / 2, S.PARTLY_REFUNDED), (2 * DAY, S.SHIPPED)):
        assert state_of(case._replace(refunds=[a_refund(400, ago=ago)])) is state
    assert state_of(case._replace(refunds=[a_refund(400, "failed", DAY / 2)])) is S.SHIPPED


@pytest.mark.parametrize("status", ["requested", "pending", "succeeded"])
@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].order.paid_at])
def test_all_the_money_matters_more_than_where_the_copies_are(name: str, status: str) -> None:
    case = CASES[name]._replace(refunds=[a_refund(5680, status)])
    assert state_of(case) in (S.REFUNDED, S.CANCELLED_BY_US, S.CANCELLED_AS_ASKED)


def test_only_a_cancellation_of_the_whole_order_is_one() -> None:
    case = CASES["cancelled-by-us"]
    assert state_of(case._replace(progress=replace(case.progress, cancelled=None))) is S.REFUNDED


def test_what_was_said_last_is_shown_of_what_is_to_come() -> None:
    case = CASES["delayed"]
    counts = (case.progress.lines[0], LineProgress(to_order=1, cancelled=1))
    for ago, state in ((DAY / 2, S.PARTLY_CANCELLED), (2 * DAY, S.DELAYED)):
        progress = replace(case.progress, lines=counts, cancelled=ShopMessage(NOW - ago))
        assert state_of(case._replace(progress=progress)) is state


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("waiting", "placed, payment?, packed?, shipped?"),
        ("paid", "placed, paid, packed?, shipped?"),
        ("paid-collect", "placed, paid, packed?, ready?"),
        ("paid-partly-refunded", "placed, paid, refunded, packed?, shipped?"),
        ("awaiting", "placed, paid, books_in?, packed?, shipped?"),
        ("packed", "placed, paid, packed, shipped?"),
        ("packed-collect", "placed, paid, packed, ready?"),
        ("collected", "placed, paid, packed, ready, collected"),
        ("partly-refunded", "placed, paid, collected, returned, refunded, at_bank?"),
        ("refunded", "placed, paid, shipped, returned, refunded, at_bank?"),
        ("refund-pending", "placed, paid, refunded?"),
        ("cancelled-by-us", "placed, paid, cancelled, refunded, at_bank?"),
        ("disputed", "placed, paid, disputed?"),
        ("dispute-lost", "placed, paid, shipped, dispute_lost"),
    ],
)
def test_the_steps_of_an_order_lead_to_its_state(name: str, steps: str) -> None:
    assert steps_of(CASES[name]) == steps


def steps_of(case: Case) -> str:
    """Return the steps of an order, with a question mark those that are not done."""
    found = list_steps(case.order, case.state, case.progress, case.refunds, NOW)
    return ", ".join(step.kind + "?" * (not step.is_done) for step in found)


def test_a_packed_copy_is_not_ready_because_another_one_was() -> None:
    progress = Progress((_line("collected"), _line("packed", "packed")), (), NOW - DAY, NOW - DAY, NOW - DAY)
    case = Case(S.PACKED, a_paid_order(False), progress)
    assert state_of(case) is S.PACKED
    assert steps_of(case) == "placed, paid, packed, ready?"


def test_a_refund_is_at_the_bank_for_ten_days() -> None:
    case = CASES["refunded"]
    assert steps_of(case._replace(refunds=[a_refund(5680, ago=10 * DAY)])).endswith("refunded")


def counts(quantity: int) -> st.SearchStrategy[LineProgress]:
    """Return where the copies of a line may be."""
    return st.lists(st.sampled_from(COPY_STATES), min_size=quantity, max_size=quantity).map(
        lambda copies: _line(*copies)
    )


MOMENTS = st.none() | st.integers(0, 60).map(lambda days: NOW - days * DAY)
MESSAGES = st.none() | st.integers(0, 9).map(lambda days: ShopMessage(NOW - days * DAY))
PROGRESS = st.builds(
    Progress,
    lines=st.tuples(counts(1), counts(2)),
    packed_at=MOMENTS,
    ready_at=MOMENTS,
    collected_at=MOMENTS,
    cancelled=MESSAGES,
    is_as_asked=st.booleans(),
    delayed=MESSAGES,
    asked_at=MOMENTS,
)
REFUNDS = st.lists(
    st.builds(
        a_refund, st.sampled_from([400, 2980, 5680]), st.sampled_from(["pending", "succeeded", "failed"])
    ),
    max_size=2,
)


@given(PROGRESS, REFUNDS, st.sampled_from(["", "needs_response", "lost", "won"]), st.booleans())
def test_whatever_happened_the_page_is_calm_and_its_steps_are_in_order(
    progress: Progress, refunds: list[Refund], dispute: str, deliver: bool
) -> None:
    case = Case(S.PAID, a_paid_order(deliver, dispute=dispute), progress, refunds)
    state = state_of(case)
    assert poll_delay(state, 0) is None
    steps = list_steps(case.order, state, progress, refunds, NOW)
    assert [step.kind for step in steps[:2]] == [StepKind.PLACED, StepKind.PAID]
    assert len({step.kind for step in steps}) == len(steps)
    undone = [step.kind for step in steps if not step.is_done]
    if state in ENDED:
        assert set(undone) <= {StepKind.REFUNDED, StepKind.AT_BANK, StepKind.DISPUTED}
    if progress.open and state not in ENDED:
        assert undone
    assert progress.may_change <= bool(progress.open)
