"""What docs/deploy.md has an operator install and enter at Stripe."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import stripe
from stripe.params import WebhookEndpointCreateParams

from bookshop.payments.record_event import PAYMENT_EVENTS
from bookshop.payments.refresh_refunds import AFTER_PAYMENT_EVENTS

ROOT = Path(__file__).parent.parent
DOC = (ROOT / "docs/deploy.md").read_text()
# with its marker: a package may have one version for each range of Python's
PIN = re.compile(r"^([\w.-]+)==(.+?) \\$", re.MULTILINE)
DOCUMENTED_EVENTS = re.findall(r"^    ([a-z_]+\.[a-z_.]+)$", DOC, re.MULTILINE)


def pins(name: str) -> dict[str, set[str]]:
    """Return the pinned versions of each package."""
    versions: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / name).read_text()):
        versions.setdefault(package, set()).add(version)
    return versions


def test_each_pin_for_running_is_the_pin_of_the_tests() -> None:
    running, all_pins = pins("requirements.txt"), pins("constraints.txt")
    assert {name: all_pins[name] for name in running} == running
    assert not running.keys() & {"pytest", "playwright", "mypy", "ruff", "hypothesis"}


def test_every_dependency_is_pinned_for_running() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    needed = [*project["project"]["dependencies"], *chain(*extras), *project["dependency-groups"]["build"]]
    names = {re.split(r"[\[<>=; ]", one)[0] for one in needed}
    assert names <= pins("requirements.txt").keys()


def test_pins_have_hashes_and_no_index_addresses() -> None:
    text = (ROOT / "requirements.txt").read_text()
    for block in re.split(r"\n(?=\w)", text):
        assert "--hash=sha256:" in block
    assert "://" not in text
    assert "--index" not in text


def endpoint_events() -> set[str]:
    """Return the types of events that a webhook endpoint accepts."""
    names = repr(WebhookEndpointCreateParams.__annotations__["enabled_events"])
    return set(re.findall(r"[a-z_0-9]+\.[a-z_.0-9]+", names))


def test_the_documented_events_are_those_that_the_shop_handles() -> None:
    handled = {e for e in endpoint_events() if e in PAYMENT_EVENTS or e.startswith(AFTER_PAYMENT_EVENTS)}
    assert sorted(DOCUMENTED_EVENTS) == sorted(handled)
    assert handled >= PAYMENT_EVENTS


def test_the_documented_api_version_is_that_of_the_library() -> None:
    assert f"`{stripe.api_version}`" in DOC


def test_each_kind_of_call_has_a_documented_permission() -> None:
    source = (ROOT / "bookshop/payments/stripe_api/gateway.py").read_text()
    calls = set(re.findall(r"self\._api\.([a-z_.]+)\.[a-z]+_async", source))
    names = {
        "payment_intents": "PaymentIntents",
        "checkout.sessions": "Checkout Sessions",
        "refunds": "Refunds",
        "disputes": "Disputes",
        "events": "Events",
        "radar.early_fraud_warnings": "Radar early fraud warnings",
    }
    assert calls == names.keys()
    assert all(f"| {name} |" in DOC for name in names.values())
