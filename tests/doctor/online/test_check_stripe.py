"""Stripe is asked what the key may do and which webhooks it sends; nothing changes there."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bookshop.doctor.check import State
from bookshop.doctor.online.check_stripe import check_stripe, find_endpoint_faults, judge_clock
from bookshop.payments.needed_events import NEEDED_EVENTS
from bookshop.payments.record_event import PAYMENT_EVENTS
from bookshop.payments.refresh_refunds import AFTER_PAYMENT_EVENTS
from bookshop.payments.stripe_api.inspect_account import (
    API_VERSION,
    NEEDED_PERMISSIONS,
    WebhookEndpoint,
)
from bookshop.settings import Settings
from tests.builders import some_settings
from tests.doctor.online.deployments import a_deployment
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port

URL = "https://books.example/stripe/webhook"
DEPLOY = Path(__file__).parents[3] / "docs/deploy.md"


@pytest.fixture
def simulator(own_simulator: Process) -> Process:
    return own_simulator


@pytest.fixture
async def account(simulator: Process) -> AsyncIterator[Account]:
    """Return an account that is as new again after the test."""
    account = Account(simulator.url)
    yield account
    await account.ask("POST", "/_control/reset")


@pytest.fixture
def settings(simulator: Process) -> Settings:
    return some_settings(STRIPE_API_BASE=simulator.url, SHOP_URL="https://books.example")


async def states_of(settings: Settings) -> dict[str, State]:
    return {result.name: result.state for result in await check_stripe(a_deployment(settings))}


async def add_endpoint(account: Account, events: frozenset[str], **changed: str) -> None:
    form: dict[str, Any] = {"url": URL, "api_version": API_VERSION, **changed}
    form["enabled_events[]"] = sorted(events)
    assert (await account.ask("POST", "/v1/webhook_endpoints", form))["object"] == "webhook_endpoint"


async def test_a_key_that_may_do_everything_is_in_order_and_changes_nothing(
    settings: Settings, account: Account
) -> None:
    await add_endpoint(account, NEEDED_EVENTS)
    before = await account.ask("GET", "/_control/state")
    names = ("Stripe key", "Clock", "Stripe permissions", "Stripe webhook")
    assert await states_of(settings) == dict.fromkeys(names, State.OK)
    assert await account.ask("GET", "/_control/state") == before


@pytest.mark.parametrize("permission", NEEDED_PERMISSIONS)
async def test_each_permission_that_a_key_lacks_is_named(
    settings: Settings, account: Account, permission: str
) -> None:
    method, path = NEEDED_PERMISSIONS[permission].split(" ")
    await account.ask("POST", "/_control/faults", {"kind": "error-403", "method": method, "path": path})
    (found,) = [
        result for result in await check_stripe(a_deployment(settings)) if result.state is State.PROBLEM
    ]
    assert found.what == f"The key lacks permissions: {permission}."


async def test_a_key_that_may_not_list_endpoints_is_a_warning(settings: Settings, account: Account) -> None:
    await account.ask("POST", "/_control/faults", {"kind": "error-403", "path": "/v1/webhook_endpoints"})
    states = await states_of(settings)
    assert states["Stripe webhook"] is State.WARNING
    assert states["Stripe permissions"] is State.OK


@pytest.mark.parametrize("fault", ["error-401", "error-500"])
async def test_without_a_key_or_stripe_nothing_else_is_judged(
    settings: Settings, account: Account, fault: str
) -> None:
    await account.ask("POST", "/_control/faults", {"kind": fault, "times": "0"})
    states = await states_of(settings)
    assert states.pop("Stripe key") is State.PROBLEM
    assert set(states) <= {"Clock"}


async def test_a_stripe_that_is_away_is_a_problem() -> None:
    settings = some_settings(STRIPE_API_BASE=f"http://127.0.0.1:{free_port()}")
    assert await states_of(settings) == {"Stripe key": State.PROBLEM}


async def test_an_endpoint_is_judged_by_its_events(settings: Settings, account: Account) -> None:
    await add_endpoint(account, NEEDED_EVENTS - {"refund.failed"})
    assert (await states_of(settings))["Stripe webhook"] is State.PROBLEM
    await add_endpoint(account, frozenset({"*"}))
    assert (await states_of(settings))["Stripe webhook"] is State.OK


async def test_the_simulator_needs_no_endpoint(settings: Settings, account: Account) -> None:
    await add_endpoint(account, NEEDED_EVENTS, url="https://other.example/stripe/webhook")
    assert (await states_of(settings))["Stripe webhook"] is State.SKIPPED


@pytest.mark.parametrize(
    ("is_enabled", "version", "events", "faults"),
    [
        (True, API_VERSION, NEEDED_EVENTS, ()),
        (True, API_VERSION, NEEDED_EVENTS | {"invoice.paid"}, ()),
        (False, API_VERSION, NEEDED_EVENTS, ("is disabled",)),
        (True, "2025-01-27.acacia", NEEDED_EVENTS, ("2025-01-27.acacia",)),
        (True, "", NEEDED_EVENTS, ("of the account",)),
        (False, "", frozenset(), ("is disabled", "of the account", "refund.failed")),
    ],
)
def test_every_fault_of_an_endpoint_is_named(
    *, is_enabled: bool, version: str, events: frozenset[str], faults: tuple[str, ...]
) -> None:
    found = list(find_endpoint_faults(WebhookEndpoint(URL, is_enabled, version, events)))
    assert len(found) == len(faults)
    assert all(part in text for part, text in zip(faults, found, strict=True))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("seconds", "state", "text"),
    [
        (0, State.OK, ""),
        (30, State.OK, ""),
        (31, State.WARNING, "31 seconds"),
        (240, State.WARNING, "4 minutes"),
        (241, State.PROBLEM, "4 minutes"),
        (86400, State.PROBLEM, "24 hours"),
        (3 * 86400, State.PROBLEM, "3 days"),
    ],
)
def test_a_wrong_clock_is_reported_with_its_direction(
    sign: int, seconds: int, state: State, text: str
) -> None:
    result = judge_clock(timedelta(seconds=sign * seconds))
    assert result.state is state
    assert text in result.what
    if state is not State.OK:
        assert ("ahead of" if sign > 0 else "behind") in result.what


def test_the_events_are_those_that_the_shop_handles_and_the_docs_list() -> None:
    others = NEEDED_EVENTS - PAYMENT_EVENTS
    assert all(event.startswith(AFTER_PAYMENT_EVENTS) for event in others)
    assert all(any(event.startswith(prefix) for event in others) for prefix in AFTER_PAYMENT_EVENTS)
    listed = re.findall(r"^    ([a-z_]+(?:\.[a-z_]+)+)$", DEPLOY.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(NEEDED_EVENTS)
