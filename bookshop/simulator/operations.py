"""The operations of Stripe's API that the simulator has, by method and path below /v1."""

from collections.abc import Callable

from bookshop.simulator import disputes, intents, refunds, sessions, webhook_endpoints
from bookshop.simulator.account import Account, Caller
from bookshop.simulator.capture_intent import capture
from bookshop.simulator.confirm_intent import confirm
from bookshop.simulator.next_actions import end_action
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.pagination import PAGING, filter_created, list_objects, paginate
from bookshop.simulator.params import Params, check_names, read_list


def show(kind: str, param: str = "id") -> Callable[..., StripeObject]:
    """Make the operation that returns one object of a kind."""

    def find(account: Account, object_id: str, params: Params, _caller: Caller) -> StripeObject:
        check_names(params, "expand")
        return account.find(kind, object_id, param)

    return find


def list_kind(kind: str, url: str, *filters: str) -> Callable[..., StripeObject]:
    """Make the operation that lists a kind, by the fields in `filters`."""
    return lambda account, params, _: list_objects(account, kind, url, params, *filters)


def list_events(account: Account, params: Params, _caller: Caller) -> StripeObject:
    """List the events of all types, or of those in `type` and `types`."""
    check_names(params, "type", "types", *PAGING)
    wanted = [*read_list(params, "type"), *read_list(params, "types")]
    events = [event for event in account.objects("event").values() if not wanted or event["type"] in wanted]
    return paginate("/v1/events", filter_created(events, params), params)


OPERATIONS: dict[str, Callable[..., StripeObject]] = {
    "GET /balance_transactions": list_kind("balance_transaction", "/v1/balance_transactions"),
    "GET /balance_transactions/<object_id>": show("balance_transaction"),
    "GET /charges": list_kind("charge", "/v1/charges", "payment_intent"),
    "GET /charges/<object_id>": show("charge"),
    "GET /checkout/sessions": sessions.list_sessions,
    "GET /checkout/sessions/<object_id>": sessions.show,
    "GET /checkout/sessions/<object_id>/line_items": sessions.list_items,
    "GET /disputes": list_kind("dispute", "/v1/disputes", "charge", "payment_intent"),
    "GET /disputes/<object_id>": show("dispute"),
    "GET /events": list_events,
    "GET /events/<object_id>": show("event"),
    "GET /payment_intents": list_kind("payment_intent", "/v1/payment_intents"),
    "GET /payment_intents/<object_id>": show("payment_intent", "intent"),
    "GET /payment_methods/<object_id>": show("payment_method", "payment_method"),
    "GET /radar/early_fraud_warnings": list_kind(
        "radar.early_fraud_warning", "/v1/radar/early_fraud_warnings", "charge", "payment_intent"
    ),
    "GET /radar/early_fraud_warnings/<object_id>": show("radar.early_fraud_warning"),
    "GET /refunds": list_kind("refund", "/v1/refunds", "charge", "payment_intent"),
    "GET /refunds/<object_id>": show("refund"),
    "GET /webhook_endpoints": list_kind("webhook_endpoint", "/v1/webhook_endpoints"),
    "GET /webhook_endpoints/<object_id>": show("webhook_endpoint"),
    "POST /checkout/sessions": sessions.create,
    "POST /checkout/sessions/<object_id>/expire": sessions.expire,
    "POST /disputes/<object_id>": disputes.update,
    "POST /disputes/<object_id>/close": disputes.close,
    "POST /payment_intents": intents.create,
    "POST /payment_intents/<object_id>": intents.update,
    "POST /payment_intents/<object_id>/cancel": intents.cancel,
    "POST /payment_intents/<object_id>/capture": capture,
    "POST /payment_intents/<object_id>/challenge": end_action,
    "POST /payment_intents/<object_id>/confirm": confirm,
    "POST /refunds": refunds.create,
    "POST /refunds/<object_id>": refunds.update,
    "POST /webhook_endpoints": webhook_endpoints.create,
    "DELETE /webhook_endpoints/<object_id>": webhook_endpoints.delete,
}
# what a browser may call with a publishable key and the intent's client secret
OPEN_TO_BROWSERS = {
    "GET /payment_intents/<object_id>",
    "POST /payment_intents/<object_id>/challenge",
    "POST /payment_intents/<object_id>/confirm",
}
