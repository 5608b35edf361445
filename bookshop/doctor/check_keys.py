"""Check the keys: whether money is real, and how cookies are signed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.settings import Settings
from bookshop.settings.live_rules import LOCAL_HOSTS

# of 32 random bytes, as sample.env makes it
GOOD_SECRET_CHARS = 32
# then no basket is left that the old key has signed
REPLACED_AFTER = timedelta(days=31)
STRIPE, SIGNING = "Stripe keys", "Signing key"


def check_keys(deployment: Deployment) -> Results:
    """Judge the keys, of which nothing is shown."""
    return [
        judge_mode(deployment.settings),
        *judge_webhook_secret(deployment.settings),
        judge_signing_key(deployment),
    ]


def judge_mode(settings: Settings) -> Result:
    """Judge whether real money moves, as it should at a public address."""
    if settings.is_live:
        return Result(STRIPE, State.OK, "The keys are live: real money moves.")
    if urlsplit(settings.shop_url).hostname in LOCAL_HOSTS:
        return Result(STRIPE, State.OK, "The keys are test keys: no money moves.")
    what = f"The shop is at {settings.shop_url} with test keys: no money moves."
    fix = "When you sell for real, set both live keys from https://dashboard.stripe.com/apikeys."
    return Result(STRIPE, State.WARNING, what, "Shoppers order books that they do not pay.", fix)


def judge_webhook_secret(settings: Settings) -> Iterator[Result]:
    if not settings.stripe_webhook_secret:
        what = "STRIPE_WEBHOOK_SECRET is not set, so Stripe’s events are refused."
        why = "The shop learns of payments only every SWEEP_SECONDS."
        fix = "Set the signing secret of the webhook endpoint; docs/deploy.md has its events."
        yield Result("Webhook secret", State.WARNING, what, why, fix)


def judge_signing_key(deployment: Deployment) -> Result:
    """Judge SECRET_KEY; one that replaces another is there for a month."""
    keys = deployment.settings.secret_key
    if min(map(len, keys)) < GOOD_SECRET_CHARS:
        what = f"SECRET_KEY has a key of fewer than {GOOD_SECRET_CHARS} characters."
        fix = "Put a new key before it; sample.env has the command that makes one."
        return Result(SIGNING, State.WARNING, what, "Who guesses it can forge cookies and sign in.", fix)
    if len(keys) > 1 and is_replaced(deployment):
        what = f"SECRET_KEY still has {len(keys)} keys, and .env was not changed for a month."
        fix = "Remove all keys but the first from SECRET_KEY, then reload the shop."
        return Result(SIGNING, State.WARNING, what, "A key that has leaked still signs in.", fix)
    return Result(SIGNING, State.OK, "SECRET_KEY is long enough.")


def is_replaced(deployment: Deployment) -> bool:
    """Return whether `.env` is older than what the old key has signed."""
    try:
        changed = datetime.fromtimestamp(deployment.env_file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return datetime.now(UTC) - changed > REPLACED_AFTER
