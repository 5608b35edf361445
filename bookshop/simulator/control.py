"""What Stripe has not: a look inside, and a hand on what happens."""

from typing import Any

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from bookshop.simulator import disputes, intents, refunds, sessions
from bookshop.simulator.account import Account
from bookshop.simulator.errors import StripeError, invalid, missing
from bookshop.simulator.faults import Faults, read_fault
from bookshop.simulator.objects import Object
from bookshop.simulator.params import read_choice, read_integer


def blueprint(account: Account, faults: Faults) -> Blueprint:
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
        faults.clear()
        return {}

    @routes.get("/faults")
    async def list_faults() -> list[dict[str, Any]]:
        return faults.to_list()

    @routes.post("/faults")
    async def add_fault() -> ResponseReturnValue:
        said = await request.get_json() if request.is_json else (await request.form).to_dict()
        if not isinstance(said, dict):
            raise invalid("A fault is an object with a kind.")
        try:
            fault = read_fault(said)
        except ValueError as error:
            raise invalid(str(error)) from None
        return {"id": faults.add(fault), **fault.to_dict()}, 201

    @routes.delete("/faults")
    async def clear_faults() -> ResponseReturnValue:
        faults.clear()
        return {}

    @routes.delete("/faults/<ident>")
    async def remove_fault(ident: str) -> ResponseReturnValue:
        if not faults.remove(ident):
            raise missing("fault", ident)
        return {}

    @routes.post("/clock/advance")
    async def advance() -> ResponseReturnValue:
        if not account.clock.is_frozen:
            raise invalid("The clock is running: set the fault frozen-clock first.")
        account.clock.advance(read_integer(await request.form, "seconds"))
        sessions.end_those_over(account)
        return {"now": account.clock.now()}

    @routes.post("/payment_intents/<ident>/settle")
    async def settle(ident: str) -> Object:
        outcome = read_choice(await request.form, "outcome", ("succeeded", "failed"))
        return intents.settle(account, ident, outcome)

    @routes.post("/refunds/<ident>/settle")
    async def settle_refund(ident: str) -> Object:
        outcome = read_choice(await request.form, "outcome", ("succeeded", "failed"))
        return refunds.settle(account, ident, outcome)

    @routes.post("/disputes/<ident>/settle")
    async def settle_dispute(ident: str) -> Object:
        outcome = read_choice(await request.form, "outcome", ("won", "lost"))
        return disputes.settle(account, ident, outcome)

    @routes.post("/webhooks/replay")
    async def replay() -> Object:
        return account.send_again((await request.form).get("event", ""))

    @routes.errorhandler(StripeError)
    async def refuse(error: StripeError) -> ResponseReturnValue:
        return {"error": error.problem.to_dict()}, error.status

    return routes
