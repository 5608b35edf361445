"""News of a payment changes an order by rule, in whatever order and however often it comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.money import Money
from bookshop.orders.order import (
    Delivery,
    News,
    Order,
    OrderLine,
    Payment,
    State,
    find_mismatch,
    merge,
    polling_delay,
    state_of,
)
from tests.builders import A_CHARGE, AN_ADDRESS, a_book, an_order, news_of, sgd

NOW = datetime(2026, 11, 23, 6, 20, tzinfo=UTC)
ORDER = an_order(a_book(), intent_id="pi_1")
FAILURE = "Your card was declined."

PENDING = ("requires_payment_method", "requires_confirmation", "requires_action", "processing")

pending = st.builds(
    lambda status, said: news_of(ORDER, status, failure=said), st.sampled_from(PENDING), st.text()
)
paid = st.just(news_of(ORDER))
cancelled = st.just(news_of(ORDER, "canceled"))
mismatched = st.sampled_from(
    [
        news_of(ORDER, received=sgd(1)),
        news_of(ORDER, received=Money(ORDER.total.minor, "USD")),
        news_of(ORDER, order_id="another"),
    ]
)
foreign = st.builds(lambda news: replace(news, intent_id="pi_2"), pending | paid | cancelled)
anything = pending | paid | cancelled | mismatched | foreign


def tell(order: Order, *news: News) -> Order:
    for one in news:
        order = merge(order, one, NOW)
    return order


@given(st.lists(pending | foreign), pending | paid | cancelled, st.data())
def test_what_was_heard_before_the_last_truth_makes_no_difference(
    heard: list[News], truth: News, data: st.DataObject
) -> None:
    before = data.draw(st.lists(st.sampled_from([*heard, truth]))) if truth.status in PENDING else heard
    assert tell(ORDER, *before, truth) == tell(ORDER, truth)


@given(st.lists(pending | foreign, max_size=8), paid | cancelled, st.data())
def test_an_end_is_the_same_end_in_any_order_and_however_often_it_is_told(
    heard: list[News], end: News, data: st.DataObject
) -> None:
    told = data.draw(st.permutations([*heard, end, end]))
    assert tell(ORDER, *told) == tell(ORDER, end)


@given(st.lists(anything))
def test_telling_an_order_the_same_thing_twice_changes_it_once(told: list[News]) -> None:
    once = tell(ORDER, *told)
    assert tell(once, *told[-1:]) == once


@given(st.lists(anything), st.lists(anything))
def test_a_paid_order_stays_as_it_is(before: list[News], after: list[News]) -> None:
    order = tell(ORDER, *before)
    if order.payment is Payment.PAID:
        assert tell(order, *after) == order
    paid = tell(ORDER, news_of(ORDER))
    assert tell(paid, *after) == paid


@given(st.lists(anything))
def test_a_cancelled_order_is_never_open_or_paid_again(after: list[News]) -> None:
    assert tell(ORDER, news_of(ORDER, "canceled"), *after).payment is Payment.CANCELLED


@given(st.lists(anything))
def test_only_a_payment_that_matches_makes_an_order_paid(told: list[News]) -> None:
    order = tell(ORDER, *told)
    matching = [news for news in told if news == news_of(ORDER)]
    assert order.payment is not Payment.PAID or matching
    assert (order.payment is Payment.PAID) == (order.paid_at is not None) == (order.charge is not None)


@given(st.lists(anything))
def test_news_changes_nothing_that_the_shopper_chose(told: list[News]) -> None:
    order = tell(ORDER, *told)
    assert order.contents == ORDER.contents
    assert (order.id, order.token, order.total, order.number) == (ORDER.id, ORDER.token, ORDER.total, None)


@given(st.lists(foreign))
def test_news_of_another_payment_is_no_news(told: list[News]) -> None:
    assert tell(ORDER, *told) == ORDER


@given(st.lists(pending), mismatched, st.lists(mismatched))
def test_a_payment_that_does_not_match_is_held_until_someone_looks(
    heard: list[News], wrong: News, more: list[News]
) -> None:
    held = tell(ORDER, *heard, *more, wrong)
    assert held.held == find_mismatch(ORDER, wrong) != ""
    assert state_of(held, is_fresh=True) is state_of(held, is_fresh=False) is State.HELD
    assert not held.is_settled


def test_a_payment_of_a_cancelled_order_is_held() -> None:
    order = tell(ORDER, news_of(ORDER, "canceled"), news_of(ORDER))
    assert (order.payment, order.held) == (Payment.CANCELLED, "cancelled")
    assert order.charge is None


def test_a_right_payment_after_a_wrong_one_lets_the_order_go() -> None:
    order = tell(ORDER, news_of(ORDER, received=sgd(1)), news_of(ORDER))
    assert (order.payment, order.held) == (Payment.PAID, "")


def test_a_paid_order_knows_when_and_how_and_forgets_what_failed_before() -> None:
    order = tell(ORDER, news_of(ORDER, "requires_payment_method", failure=FAILURE), news_of(ORDER))
    assert (order.payment, order.paid_at, order.charge) == (Payment.PAID, NOW, A_CHARGE)
    assert (order.failure, order.intent_status) == ("", "succeeded")


def test_a_decline_is_told_and_the_order_stays_open() -> None:
    order = tell(ORDER, news_of(ORDER, "requires_payment_method", failure=FAILURE))
    assert (order.payment, order.failure) == (Payment.OPEN, FAILURE)


def test_a_payment_that_failed_while_it_was_processed_opens_the_order_again() -> None:
    processing = tell(ORDER, news_of(ORDER, "processing"))
    assert processing.payment is Payment.PROCESSING
    failed = tell(processing, news_of(ORDER, "requires_payment_method", failure=FAILURE))
    assert (failed.payment, failed.failure) == (Payment.OPEN, FAILURE)


def test_a_first_look_at_a_paid_order_is_when_it_was_paid() -> None:
    order = tell(ORDER, news_of(ORDER))
    assert merge(order, news_of(ORDER), NOW + timedelta(days=1)).paid_at == NOW


@pytest.mark.parametrize(
    ("news", "mismatch"),
    [
        (news_of(ORDER), ""),
        (news_of(ORDER, charge=None), ""),
        (news_of(ORDER, order_id="another"), "order"),
        (news_of(ORDER, order_id=""), "order"),
        (news_of(ORDER, received=Money(ORDER.total.minor, "USD")), "currency"),
        (news_of(ORDER, received=sgd(ORDER.total.minor - 1)), "amount"),
        (news_of(ORDER, received=sgd(ORDER.total.minor + 1)), "amount"),
        (news_of(ORDER, received=sgd(0)), "amount"),
        (news_of(ORDER, amount=sgd(1)), "amount"),
        (news_of(ORDER, order_id="another", received=sgd(1)), "order"),
        (news_of(ORDER, received=Money(1, "USD")), "currency"),
    ],
)
def test_a_payment_matches_in_every_point_or_says_in_which_it_does_not(news: News, mismatch: str) -> None:
    assert find_mismatch(ORDER, news) == mismatch


# what the reader is told when it is certain, and when it may have changed already
STATES = {
    (Payment.PAID, "succeeded"): (State.PAID, State.PAID),
    (Payment.CANCELLED, "canceled"): (State.CANCELLED, State.CANCELLED),
    (Payment.CANCELLED, ""): (State.CANCELLED, State.CANCELLED),
    (Payment.PROCESSING, "processing"): (State.WAITING, State.WAITING),
    (Payment.OPEN, ""): (State.UNPAID, State.WAITING),
    (Payment.OPEN, "requires_payment_method"): (State.UNPAID, State.WAITING),
    (Payment.OPEN, "requires_confirmation"): (State.UNPAID, State.WAITING),
    (Payment.OPEN, "requires_action"): (State.ACTION, State.WAITING),
}


@pytest.mark.parametrize(("payment", "status"), STATES)
def test_a_receipt_tells_how_things_stand(payment: Payment, status: str) -> None:
    order = replace(ORDER, payment=payment, intent_status=status)
    certain, uncertain = STATES[payment, status]
    assert state_of(order, is_fresh=True) is certain
    assert state_of(order, is_fresh=False) is uncertain


@pytest.mark.parametrize("payment", [Payment.OPEN, Payment.PROCESSING, Payment.CANCELLED])
@pytest.mark.parametrize("is_fresh", [True, False])
def test_a_held_payment_is_told_before_all_but_a_paid_one(payment: Payment, is_fresh: bool) -> None:
    held = replace(ORDER, payment=payment, held="amount", intent_status="succeeded")
    assert state_of(held, is_fresh=is_fresh) is State.HELD


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("requires_payment_method", State.FAILED),
        ("requires_confirmation", State.FAILED),
        ("requires_action", State.ACTION),
    ],
)
def test_a_failure_is_told_unless_the_shopper_is_already_at_it_again(status: str, state: State) -> None:
    order = replace(ORDER, intent_status=status, failure=FAILURE)
    assert state_of(order, is_fresh=True) is state


@given(st.lists(anything), st.booleans())
def test_only_a_paid_order_is_told_to_be_paid(told: list[News], is_fresh: bool) -> None:
    order = tell(ORDER, *told)
    assert (state_of(order, is_fresh=is_fresh) is State.PAID) == (order.payment is Payment.PAID)


@pytest.mark.parametrize("state", [State.WAITING, State.ACTION])
def test_a_waiting_page_asks_ever_more_seldom_but_never_gives_up(state: State) -> None:
    delays = [polling_delay(state, turn) or 0 for turn in range(200)]
    assert 0 < delays[0] <= 1
    assert all(earlier <= later for earlier, later in pairwise(delays))
    assert delays[-1] == max(delays) == 30
    # the first minute is when most banks answer
    assert sum(delay <= 5 for delay in delays) >= 20


@given(st.integers())
def test_whatever_turn_a_browser_claims_it_waits_a_sensible_while(turn: int) -> None:
    assert 0.3 <= (polling_delay(State.WAITING, turn) or 0) <= 30


@pytest.mark.parametrize("state", sorted(set(State) - {State.WAITING, State.ACTION}))
def test_a_page_does_not_ask_when_nothing_will_come(state: State) -> None:
    assert polling_delay(state, 0) is None


@pytest.mark.parametrize("payment", Payment)
def test_an_order_is_settled_at_either_end(payment: Payment) -> None:
    settled = payment in (Payment.PAID, Payment.CANCELLED)
    assert replace(ORDER, payment=payment).is_settled is settled


def test_an_order_adds_up() -> None:
    lines = (
        OrderLine("9780306406157", "Seven Shelves", "A. Reader", 2, sgd(1000)),
        OrderLine("9780804429573", "Sea Roads", "B. Writer", 1, sgd(550)),
    )
    order = an_order(lines=lines, delivery_fee=sgd(400), total=sgd(2950))
    assert order.goods == sgd(2550) == lines[0].amount + lines[1].amount
    assert order.count == 3
    assert order.quantities == {"9780306406157": 2, "9780804429573": 1}


def test_the_same_choices_are_the_same_contents_whatever_became_of_them() -> None:
    again = replace(ORDER, id="another", token="another", placed_at=NOW, intent_id="", number=7)
    assert tell(ORDER, news_of(ORDER)).contents == again.contents == ORDER.contents


@pytest.mark.parametrize(
    "other",
    [
        replace(ORDER, email="other@example.com"),
        replace(ORDER, name="B Reader"),
        replace(ORDER, delivery=Delivery.DELIVER),
        replace(ORDER, address=AN_ADDRESS),
        replace(ORDER, delivery_fee=sgd(1)),
        replace(ORDER, lines=(replace(ORDER.lines[0], quantity=2),)),
        replace(ORDER, lines=(replace(ORDER.lines[0], price=sgd(1)),)),
    ],
)
def test_another_choice_makes_other_contents(other: Order) -> None:
    assert other.contents != ORDER.contents
