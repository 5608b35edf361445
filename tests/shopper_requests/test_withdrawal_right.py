"""Who may withdraw, and until when: never a day too short."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.orders.order import Order, PaymentState
from bookshop.orders.progress import LineProgress, ParcelProgress, Progress
from bookshop.orders.receipt import MAX_TRAVEL
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight, move_to_working_day
from tests.builders import AN_ADDRESS, an_order

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
RIGHT = WithdrawalRight("DE", "Europe/Berlin")
SINGAPORE = WithdrawalRight("SG", "Asia/Singapore")
IN_SINGAPORE, IN_FRANCE = AN_ADDRESS, replace(AN_ADDRESS, country="FR")
ZONES = ("Pacific/Kiritimati", "Asia/Singapore", "Europe/Berlin", "America/Los_Angeles")
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def paid(**changed: Any) -> Order:
    return an_order(payment=PaymentState.PAID, **changed)


def shipped(at: datetime, **lines: Any) -> Progress:
    """Return progress with a parcel that left then."""
    return Progress((LineProgress(shipped=1, **lines),), (ParcelProgress(1, "", "", at, {}),))


def collected(at: datetime) -> Progress:
    return Progress((LineProgress(collected=1),), collected_at=at)


@pytest.mark.parametrize(
    ("right", "order", "covered"),
    [
        (RIGHT, paid(), True),
        (RIGHT, paid(address=IN_SINGAPORE), True),
        (SINGAPORE, paid(address=IN_FRANCE), True),
        (SINGAPORE, paid(address=IN_SINGAPORE), False),
        (SINGAPORE, paid(), False),
    ],
)
def test_a_shop_or_a_parcel_in_the_eu_gives_the_right(
    right: WithdrawalRight, order: Order, *, covered: bool
) -> None:
    assert right.covers(order) is covered
    assert right.is_offered(order, Progress((LineProgress(in_stock=1),)), NOW) is covered


@pytest.mark.parametrize(
    ("progress", "offered"),
    [
        (Progress((LineProgress(to_order=1),)), True),
        (Progress((LineProgress(packed=1),)), True),
        (Progress((LineProgress(ready=1),)), True),
        # a parcel of long ago does not matter while another one is still to come
        (shipped(NOW - timedelta(days=400), in_stock=1), True),
        (shipped(NOW - timedelta(days=43)), True),
        (shipped(NOW - timedelta(days=60)), False),
        (collected(NOW - timedelta(days=14)), True),
        (collected(NOW - timedelta(days=21)), False),
        (Progress((LineProgress(cancelled=1),)), False),
        (Progress((LineProgress(returned=1),), shipped(NOW).parcels), False),
        (Progress(), False),
    ],
)
def test_it_is_offered_while_there_are_copies_and_the_period_lasts(
    progress: Progress, *, offered: bool
) -> None:
    assert RIGHT.is_offered(paid(), progress, NOW) is offered
    assert not RIGHT.is_offered(an_order(), progress, NOW)


@given(moments, st.sampled_from(ZONES), st.booleans())
def test_no_period_is_cut_short(at: datetime, zone: str, is_parcel: bool) -> None:
    """After the day of receipt there are 14 whole days, and the last is a working day."""
    right = WithdrawalRight("DE", zone)
    end = right.find_end(shipped(at) if is_parcel else collected(at))
    assert end is not None
    received = (at + MAX_TRAVEL if is_parcel else at).astimezone(ZoneInfo(zone)).date()
    last_day = move_to_working_day(received + timedelta(days=14))
    assert end.astimezone(ZoneInfo(zone)).date() > last_day
    assert end.astimezone(ZoneInfo(zone)).hour == 0
    assert end - at <= timedelta(days=14 + 2 + 4 + 2) + (MAX_TRAVEL if is_parcel else timedelta())


@given(moments, moments)
def test_the_last_copies_count(first: datetime, second: datetime) -> None:
    parcels = (shipped(first).parcels[0], shipped(second).parcels[0])
    both = Progress((LineProgress(shipped=2),), parcels)
    assert RIGHT.find_end(both) == RIGHT.find_end(shipped(max(first, second)))


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2026, 11, 29), date(2026, 11, 30)),
        (date(2026, 11, 30), date(2026, 11, 30)),
    ],
)
def test_a_period_does_not_end_at_a_weekend(day: date, moved: date) -> None:
    assert move_to_working_day(day) == moved


def test_a_refund_is_due_in_14_days_of_the_shop() -> None:
    late_evening = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert RIGHT.refund_due(late_evening) == date(2026, 12, 14)
    assert WithdrawalRight("DE", "America/Los_Angeles").refund_due(late_evening) == date(2026, 12, 13)
