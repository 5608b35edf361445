"""Check the shop's account at Stripe: key, webhook endpoint, and Stripe's clock."""

from collections.abc import Iterator
from datetime import timedelta

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.payments.needed_events import NEEDED_EVENTS
from bookshop.payments.stripe_api.inspect_account import (
    API_VERSION,
    AccountReport,
    WebhookEndpoint,
    inspect_account,
)
from bookshop.settings import Settings

ALL_EVENTS = "*"
# the shop refuses a webhook whose signature is older than 300 seconds
MAX_CLOCK_ERROR, TOLERATED_CLOCK_ERROR = timedelta(seconds=240), timedelta(seconds=30)
API_KEYS = "https://dashboard.stripe.com/apikeys"
WEBHOOKS = "https://dashboard.stripe.com/webhooks"
SET_CLOCK = "Let the machine set its clock by itself: timedatectl set-ntp true"


async def check_stripe(deployment: Deployment) -> Results:
    """Ask Stripe, and judge its answers."""
    settings = deployment.settings
    report = await inspect_account(settings.stripe_secret_key, settings.stripe_api_base)
    return list(judge_account(report, settings))


def judge_account(report: AccountReport, settings: Settings) -> Iterator[Result]:
    """Yield what is right and wrong with the account; little is known without a key."""
    yield (key := judge_key(report, settings))
    if report.clock_error is not None:
        yield judge_clock(report.clock_error)
    if key.state is State.OK:
        yield judge_permissions(report.missing_permissions)
        yield judge_endpoints(report.endpoints, settings)


def judge_key(report: AccountReport, settings: Settings) -> Result:
    name = "Stripe key"
    if not report.is_reachable:
        return Result(
            name,
            State.PROBLEM,
            f"Stripe does not respond at {settings.stripe_api_base}.",
            "Shoppers cannot pay, and paid orders wait.",
            "Check that this machine may open HTTPS connections, and look at https://status.stripe.com.",
        )
    if not report.is_key_accepted:
        return Result(
            name,
            State.PROBLEM,
            "Stripe rejects STRIPE_SECRET_KEY: the key is mistyped, expired or revoked.",
            "Shoppers cannot pay, and paid orders wait.",
            f"Copy it again from {API_KEYS} into STRIPE_SECRET_KEY, and reload the shop.",
        )
    mode = "live" if settings.is_live else "test"
    return Result(name, State.OK, f"Stripe accepts the key, which is in {mode} mode.")


def judge_permissions(missing: tuple[str, ...]) -> Result:
    name = "Stripe permissions"
    if not missing:
        return Result(name, State.OK, "The key has every permission that the shop needs.")
    return Result(
        name,
        State.PROBLEM,
        f"The key lacks permissions: {', '.join(missing)}.",
        "What needs them fails: payments, refunds, or finding what was paid.",
        f"Edit the restricted key at {API_KEYS}; docs/deploy.md lists its permissions.",
    )


def judge_endpoints(endpoints: tuple[WebhookEndpoint, ...] | None, settings: Settings) -> Result:
    """Judge the endpoint of this shop; the simulator sends events without one."""
    name, url = "Stripe webhook", f"{settings.shop_url}/stripe/webhook"
    why = "Payments are then found only by the sweeper, every SWEEP_SECONDS, and mails leave later."
    if endpoints is None:
        fix = f"Give the key the permission “Webhook Endpoints: read”, or look at {WEBHOOKS} yourself."
        return Result(name, State.WARNING, "The key may not list the webhook endpoints.", why, fix)
    own = [endpoint for endpoint in endpoints if endpoint.url == url]
    if not own and settings.is_simulated:
        return Result(name, State.SKIPPED, "The simulator sends its events to its --webhook-url.")
    if not own:
        fix = f"Add {url} at {WEBHOOKS}, and put its signing secret into STRIPE_WEBHOOK_SECRET."
        return Result(name, State.PROBLEM, f"Stripe has no webhook endpoint {url}.", why, fix)
    faults = min((list(find_endpoint_faults(endpoint)) for endpoint in own), key=len)
    if faults:
        fix = f"Change the endpoint at {WEBHOOKS}; docs/deploy.md lists its events and its version."
        return Result(name, State.PROBLEM, f"The webhook endpoint {url} {'; it '.join(faults)}.", why, fix)
    return Result(name, State.OK, f"Stripe sends every needed event to {url}, in version {API_VERSION}.")


def find_endpoint_faults(endpoint: WebhookEndpoint) -> Iterator[str]:
    if not endpoint.is_enabled:
        yield "is disabled"
    if endpoint.api_version != API_VERSION:
        yield f"has API version {endpoint.api_version or 'of the account'} instead of {API_VERSION}"
    missing = () if ALL_EVENTS in endpoint.events else NEEDED_EVENTS - endpoint.events
    if missing:
        yield f"lacks the events {', '.join(sorted(missing))}"


def judge_clock(error: timedelta) -> Result:
    """Judge how far this machine's clock is ahead of Stripe's, which is exact to a second."""
    seconds, name = round(error.total_seconds()), "Clock"
    if abs(error) <= TOLERATED_CLOCK_ERROR:
        return Result(name, State.OK, "This machine’s clock agrees with Stripe’s.")
    direction = "ahead of" if seconds > 0 else "behind"
    what = f"This machine’s clock is {format_duration(abs(seconds))} {direction} Stripe’s."
    if abs(error) <= MAX_CLOCK_ERROR:
        return Result(name, State.WARNING, what, "Beyond five minutes webhooks are refused.", SET_CLOCK)
    why = "Webhooks are refused as too old, reservations end too early or too late, and dates are wrong."
    return Result(name, State.PROBLEM, what, why, SET_CLOCK)


def format_duration(seconds: int) -> str:
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
