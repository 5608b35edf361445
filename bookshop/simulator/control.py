"""What Stripe has not: a look inside, and a hand on what happens."""

from typing import Any

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from bookshop.simulator import intents
from bookshop.simulator.account import Account
from bookshop.simulator.errors import StripeError
from bookshop.simulator.objects import Object
from bookshop.simulator.params import read_choice


def blueprint(account: Account) -> Blueprint:
    """Addresses for tests and developers, under /_control."""
    routes = Blueprint("control", __name__, url_prefix="/_control")

    @routes.get("/state")
    async def state() -> dict[str, Any]:
        return {
            "payment_intents": account.all("payment_intent"),
            "charges": account.all("charge"),
            "refunds": account.all("refund"),
            "disputes": account.all("dispute"),
            "checkout_sessions": account.all("checkout.session"),
            "events": list(account.all("event").values()),
        }

    @routes.get("/requests")
    async def requests() -> list[dict[str, str]]:
        return account.requests

    @routes.post("/reset")
    async def reset() -> ResponseReturnValue:
        account.reset()
        return {}

    @routes.post("/payment_intents/<ident>/settle")
    async def settle(ident: str) -> Object:
        outcome = read_choice(await request.form, "outcome", ("succeeded", "failed"))
        return intents.settle(account, ident, outcome)

    @routes.post("/webhooks/replay")
    async def replay() -> Object:
        return account.send_again((await request.form).get("event", ""))

    @routes.errorhandler(StripeError)
    async def refuse(error: StripeError) -> ResponseReturnValue:
        return {"error": error.problem.to_dict()}, error.status

    return routes
