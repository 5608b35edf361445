"""The parameter `expand`: ids in a response become the objects that they name."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from bookshop.simulator.account import Account
from bookshop.simulator.errors import invalid_request
from bookshop.simulator.line_items import list_line_items
from bookshop.simulator.objects.base import StripeObject
from bookshop.simulator.pagination import paginate

# (kind of object, field) that holds an id, and the kind of object that the id names
EXPANDABLE_REFERENCES = {
    ("charge", "balance_transaction"): "balance_transaction",
    ("charge", "payment_intent"): "payment_intent",
    ("checkout.session", "payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
    ("payment_intent", "latest_charge"): "charge",
    ("payment_intent", "payment_method"): "payment_method",
    ("radar.early_fraud_warning", "charge"): "charge",
    ("radar.early_fraud_warning", "payment_intent"): "payment_intent",
    ("refund", "balance_transaction"): "balance_transaction",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
}


def expand(account: Account, obj: StripeObject, paths: Iterable[str]) -> StripeObject:
    """Return a copy with paths such as data.latest_charge expanded; raises StripeError."""
    copy = deepcopy(obj)
    for path in paths:
        expand_path(account, copy, path.split("."), path)
    return copy


def expand_path(account: Account, obj: Any, names: list[str], path: str) -> None:
    if isinstance(obj, list):
        for one in obj:
            expand_path(account, one, names, path)
        return
    name, *rest = names
    field = (obj["object"], name)
    if kind := EXPANDABLE_REFERENCES.get(field):
        if isinstance(obj[name], str):
            obj[name] = deepcopy(account.objects(kind)[obj[name]])
    elif field == ("charge", "refunds"):
        obj[name] = deepcopy(list_refunds(account, obj["id"]))
    elif field == ("checkout.session", "line_items"):
        obj[name] = deepcopy(list_line_items(account, obj["id"], {}))
    elif field != ("list", "data"):
        raise invalid_request(f"This property cannot be expanded ({path}).", param="expand")
    if rest and obj[name]:
        expand_path(account, obj[name], rest, path)


def list_refunds(account: Account, charge_id: str) -> StripeObject:
    refunds = [refund for refund in account.objects("refund").values() if refund["charge"] == charge_id]
    return paginate(f"/v1/charges/{charge_id}/refunds", refunds, {})
