"""Control addresses, which Stripe does not have: inspect the account, decide outcomes."""

from functools import partial
from typing import Any

from quart import Blueprint, request
from quart.typing import ResponseReturnValue

from bookshop.simulator import disputes, fraud_warnings, refunds
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.active_faults import ActiveFaults
from bookshop.simulator.cards import AfterPayment
from bookshop.simulator.charge_intent import finish_processing
from bookshop.simulator.errors import StripeError, invalid_request, resource_missing
from bookshop.simulator.faults import read_fault
from bookshop.simulator.find_charge import find_paid_charge
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.params import read_choice, read_integer
from bookshop.simulator.sessions import expire_due

STATE = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
    "checkout_sessions": "checkout.session",
}

DISPUTE_KINDS = {
    "fraudulent": AfterPayment.FRAUD_DISPUTE,
    "product_not_received": AfterPayment.NOT_RECEIVED_DISPUTE,
    "inquiry": AfterPayment.INQUIRY,
}


def blueprint(account: Account, faults: ActiveFaults) -> Blueprint:
    """Mount the addresses for tests and developers under /_control."""
    routes = Blueprint("control", __name__, url_prefix="/_control")
    for method, path, view in (
        ("GET", "/state", partial(show_state, account)),
        ("GET", "/requests", partial(list_requests, account)),
        ("POST", "/reset", partial(reset, account, faults)),
        ("GET", "/faults", partial(list_faults, faults)),
        ("POST", "/faults", partial(add_fault, faults)),
        ("DELETE", "/faults", partial(clear_faults, faults)),
        ("DELETE", "/faults/<fault_id>", partial(remove_fault, faults)),
        ("POST", "/clock/advance", partial(advance_clock, account)),
        ("POST", "/payment_intents/<intent_id>/settle", partial(finish_payment, account)),
        ("POST", "/refunds/<refund_id>/settle", partial(finish_refund, account)),
        ("POST", "/disputes/<dispute_id>/settle", partial(decide_dispute, account)),
        ("POST", "/payments/<payment_id>/refund", partial(refund_payment, account)),
        ("POST", "/payments/<payment_id>/dispute", partial(dispute_payment, account)),
        ("POST", "/payments/<payment_id>/warn", partial(warn_of_payment, account)),
        ("POST", "/webhooks/replay", partial(replay_webhook, account)),
    ):
        routes.add_url_rule(path, view.func.__name__, view, methods=[method])
    routes.register_error_handler(StripeError, show_error)
    return routes


async def show_state(account: Account) -> dict[str, Any]:
    state: dict[str, Any] = {name: account.objects(kind) for name, kind in STATE.items()}
    return {**state, "events": list(account.objects("event").values())}


async def list_requests(account: Account) -> list[dict[str, str]]:
    return account.requests


async def reset(account: Account, faults: ActiveFaults) -> ResponseReturnValue:
    account.reset()
    faults.clear()
    return {}


async def list_faults(faults: ActiveFaults) -> list[dict[str, Any]]:
    return faults.to_list()


async def add_fault(faults: ActiveFaults) -> ResponseReturnValue:
    sent = await request.get_json() if request.is_json else (await request.form).to_dict()
    if not isinstance(sent, dict):
        raise invalid_request("A fault must be an object with a kind.")
    try:
        fault = read_fault(sent)
    except ValueError as error:
        raise invalid_request(str(error)) from None
    return {"id": faults.add(fault), **fault.to_dict()}, 201


async def clear_faults(faults: ActiveFaults) -> ResponseReturnValue:
    faults.clear()
    return {}


async def remove_fault(faults: ActiveFaults, fault_id: str) -> ResponseReturnValue:
    if not faults.remove(fault_id):
        raise resource_missing("fault", fault_id)
    return {}


async def advance_clock(account: Account) -> ResponseReturnValue:
    if not account.clock.is_frozen:
        raise invalid_request("The clock is running. Set the fault frozen-clock first.")
    account.clock.advance(read_integer(await request.form, "seconds"))
    expire_due(account)
    return {"now": account.clock.now()}


async def finish_payment(account: Account, intent_id: str) -> StripeObject:
    outcome = read_choice(await request.form, "outcome", ("succeeded", "failed"))
    return finish_processing(account, intent_id, outcome)


async def finish_refund(account: Account, refund_id: str) -> StripeObject:
    outcome = read_choice(await request.form, "outcome", ("succeeded", "failed"))
    return refunds.finish(account, refund_id, outcome)


async def decide_dispute(account: Account, dispute_id: str) -> StripeObject:
    outcome = read_choice(await request.form, "outcome", ("won", "lost"))
    return disputes.decide(account, dispute_id, outcome)


async def refund_payment(account: Account, payment_id: str) -> StripeObject:
    """Refund a payment as its seller does in the dashboard: without metadata of the shop."""
    charge = find_paid_charge(account, payment_id)
    return refunds.create(account, {**await request.form, "charge": charge["id"]}, Caller())


async def dispute_payment(account: Account, payment_id: str) -> StripeObject:
    form = {"kind": "fraudulent", **await request.form}
    kind = DISPUTE_KINDS[read_choice(form, "kind", tuple(DISPUTE_KINDS))]
    return disputes.open_dispute(account, find_paid_charge(account, payment_id), kind)


async def warn_of_payment(account: Account, payment_id: str) -> StripeObject:
    return fraud_warnings.warn(account, find_paid_charge(account, payment_id))


async def replay_webhook(account: Account) -> StripeObject:
    return account.resend((await request.form).get("event", ""))


async def show_error(error: StripeError) -> ResponseReturnValue:
    return {"error": error.body.to_dict()}, error.status
