"""The keys that a demo shop and its Stripe simulator share."""

SECRET_KEY = "sk_test_simulator"  # noqa: S105 - the simulator accepts every test key
PUBLISHABLE_KEY = "pk_test_simulator"
WEBHOOK_SECRET = "whsec_simulator"  # noqa: S105 - likewise, no secret of a real account
